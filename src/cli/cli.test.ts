import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT, helpAsMarkdown, run, verbsOf } from './index.ts';
import { readArguments, UsageError, type Verb } from './verb.ts';

const unwired = () => Promise.reject(new Error('no verb of these tests goes so far'));
const deps = { start: unwired, runDemo: unwired, runLis: unwired, writeExtracts: unwired, demoClientOf: unwired, servePractice: unwired };

async function cigogne(args: string[], env: Record<string, string> = {}) {
  const said: string[] = [];
  const told: string[] = [];
  const code = await run(args, { say: (line) => said.push(line), tell: (line) => told.push(line), env, root: process.cwd() }, deps);
  return { code, said: said.join('\n'), told: told.join('\n') };
}

describe('options and operands', () => {
  const verb: Verb = {
    name: 'read',
    summary: '',
    operands: ['FILE'],
    options: { json: { type: 'boolean', help: '' }, to: { type: 'string', value: 'URL', help: '' } },
    run: async () => 0,
  };
  const read = (...args: string[]) => readArguments(verb, args);

  test('come in any order', () => {
    const expected = { options: { json: true, to: 'x' }, operands: ['report.xml'] };
    for (const args of [
      ['--json', '--to', 'x', 'report.xml'],
      ['report.xml', '--to=x', '--json'],
      ['--to', 'x', 'report.xml', '--json'],
    ]) {
      const given = read(...args);
      expect(given).toMatchObject(expected);
    }
  });

  test.each([
    [[], 'FILE is missing'],
    [['a', 'b'], '"b" is one argument too many'],
    [['--colour', 'a'], "Unknown option '--colour'"],
    [['--to'], "Option '--to <value>' argument missing"],
  ])('%j are refused: %s', (args, message) => {
    expect(() => read(...args)).toThrow(new UsageError(message));
  });
});

describe('a table of sensitive families', () => {
  test('is told as it would hold, or refused with its code and line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cigogne-families-'));
    const file = join(folder, 'families.tsv');
    const head = 'version\tDélibération 12\tfrom\t2027-01-01\nfamily\tprofessionals\tpatient\tpushed\trepresentatives\tbasis\n';
    try {
      writeFileSync(file, `${head}hiv\tcare-team\tafter-told\tno\tno\tX`);
      const { code, said } = await cigogne(['terminology', 'families', file]);
      expect([code, said]).toEqual([EXIT.done, expect.stringContaining('Délibération 12, in force from 2027-01-01')]);
      expect(said).toContain('hiv: professionals care-team; person after-told; announced no; parents no (region)');
      expect(said).toContain('not-for-care: professionals none; person none; announced no; parents no (strict default)');
      writeFileSync(file, `${head}hiv\teveryone\tafter-told\tno\tno\tX`);
      const refused = await cigogne(['terminology', 'families', file]);
      expect(refused).toMatchObject({ code: EXIT.refused, said: '', told: expect.stringContaining('families.value-unknown at line 3') });
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect((await cigogne(['terminology', 'families'])).told).toContain('strict default');
  });
});

describe('the command line', () => {
  test('prints its help, and that of each verb', async () => {
    expect(await cigogne([])).toMatchObject({ code: EXIT.done });
    for (const { name, summary } of verbsOf(deps)) {
      const { code, said } = await cigogne([name, '--help']);
      expect(code).toBe(EXIT.done);
      expect(said).toContain(summary);
      expect((await cigogne(['--help'])).said).toContain(`  ${name} `);
    }
  });

  test('answers a wrong verb with code 2 and where to look', async () => {
    expect(await cigogne(['servre'])).toEqual({ code: EXIT.usage, said: '', told: 'there is no verb "servre"; see ./cigogne --help' });
  });

  test('answers wrong variables with code 2, all at once', async () => {
    const { code, told } = await cigogne(['migrate'], { PORT: '-1', LOG_LEVEL: 'loud' });
    expect(code).toBe(EXIT.usage);
    expect(told).toMatch(/PORT: .*\nLOG_LEVEL: /);
  });

  test('says why it cannot use a data folder, with code 3', async () => {
    const { code, told } = await cigogne(['migrate'], { CIGOGNE_DATA: '/proc/cigogne' });
    expect(code).toBe(EXIT.unable);
    expect(told).toMatch(
      /^The data folder \/proc\/cigogne is not writable \(\w+\): start as its owner, or choose another with CIGOGNE_DATA\.$/,
    );
  });

  test('is described in docs/cli.md as it is', () => {
    expect(readFileSync('docs/cli.md', 'utf8'), 'write it again: node scripts/write-docs.ts').toBe(helpAsMarkdown(verbsOf(deps)));
  });

  test('checks a report against the rules of the model, and says what to mend', async () => {
    const { writeCda } = await import('#formats');
    const { chemistryReport } = await import('../../test/support/lab-report.ts');
    const folder = mkdtempSync(join(tmpdir(), 'cigogne-validate-'));
    const file = join(folder, 'report.xml');
    const pdf = Buffer.from('%PDF-1.4 invented');
    writeFileSync(file, writeCda(chemistryReport(3), { pdf }));
    expect(await cigogne(['validate', file])).toMatchObject({ code: EXIT.done, told: expect.stringContaining('0 rules broken') });
    writeFileSync(file, writeCda(chemistryReport(3), { pdf }).replace('<realmCode code="FR"/>', '<realmCode code="BE"/>'));
    const broken = await cigogne(['validate', '--json', '--french', file]);
    expect(broken.code).toBe(EXIT.refused);
    expect(JSON.parse(broken.said)).toMatchObject([{ rule: 'H01', severity: 'error', remedy: expect.any(String) }]);
    rmSync(folder, { recursive: true });
  });

  test('says when the schema was not checked, and checks it when its folder is given', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cigogne-schema-'));
    const { writeCda } = await import('#formats');
    const { chemistryReport } = await import('../../test/support/lab-report.ts');
    const file = join(folder, 'report.xml');
    writeFileSync(file, writeCda(chemistryReport(1), { pdf: 'JVBERi0=' }).replace('<title>', '<title colour="red">'));
    expect(await cigogne(['validate', file])).toMatchObject({
      code: EXIT.done,
      told: expect.stringMatching(/^The XML schema was not checked/),
    });
    expect(await cigogne(['validate', file, '--schemas', folder])).toMatchObject({
      code: EXIT.unable,
      told: expect.stringContaining('CDA_extended.xsd'),
    });
    rmSync(folder, { recursive: true });
  });

  test('converts a report, lists each loss, and reads what it wrote', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cigogne-convert-'));
    const { writeCda } = await import('#formats');
    const { chemistryReport } = await import('../../test/support/lab-report.ts');
    const [file, archive, text] = ['report.xml', 'IHE_XDM.ZIP', 'report.hpr'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(file, writeCda(chemistryReport(3), { pdf: Buffer.from('%PDF-1.4 invented') }));
    expect(await cigogne(['convert', file, '--to', 'xdm'])).toMatchObject({ code: EXIT.usage, told: expect.stringContaining('--output') });
    expect(await cigogne(['convert', file, '--to', 'docx'])).toMatchObject({ code: EXIT.usage });
    expect(await cigogne(['convert', file, '--to', 'xdm', '--output', archive])).toMatchObject({
      code: EXIT.done,
      told: 'Nothing is lost.',
    });
    expect(await cigogne(['validate', archive])).toMatchObject({
      code: EXIT.done,
      told: expect.stringMatching(/0 rules broken, 0 warnings\.$/),
    });
    expect(await cigogne(['convert', archive, '--to', 'cda'])).toMatchObject({ said: readFileSync(file, 'utf8').trimEnd() });
    expect((await cigogne(['convert', file, '--to', 'hprim', '--output', text])).told).toMatch(/lost: results\[\]\.method\n/);
    const pdf = join(folder, 'report.pdf');
    expect(await cigogne(['convert', file, '--to', 'pdf', '--output', pdf])).toMatchObject({
      code: EXIT.done,
      told: expect.stringContaining('the PDF of the sender alone is kept'),
    });
    expect(readFileSync(pdf, 'utf8')).toBe('%PDF-1.4 invented');
    expect((await cigogne(['convert', text, '--to', 'pdf', '--output', pdf])).told).toContain('the words alone are kept');
    expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
    expect(await cigogne(['convert', pdf, '--to', 'pdf', '--output', archive])).toMatchObject({ told: 'Nothing is lost.' });
    expect(readFileSync(archive)).toEqual(readFileSync(pdf));
    const [read] = JSON.parse((await cigogne(['read', '--json', text])).said) as { value: number; unit: string }[];
    expect(read).toMatchObject({ value: 0, unit: 'mmol/L' });
    rmSync(folder, { recursive: true });
  });
});
