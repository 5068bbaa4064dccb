import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { outcomeOf, READ_OR_REFUSED } from '../../../test/support/outcome.ts';
import { describeReading } from '../describe.ts';
import type { LabReport, Result, ResultValue } from '../lab-report.ts';
import { narrativeToText } from '../cda/narrative-html.ts';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';
import { decodeHprim } from './decode.ts';
import { hprimDossiersIn, looksLikeHprim, readHprim, readHprimReport } from './read.ts';
import { writeHprimSante } from './write-sante.ts';
import { writeHprim } from './write.ts';
import { runs } from '../../../test/support/runs.ts';

const medecin = [
  'P0042',
  'ESSAI-DEMO',
  'LUCIE',
  '3 rue des Essais',
  '',
  '35000 RENNES',
  '12/06/1955',
  '255069933412305',
  'D4411',
  '14/03/2025',
  '990000001  LBM DEMO Modèle',
  'DRPAULE    PRESCRIPTRICE-DEMO',
  'BIOCHIMIE',
  'Glycémie à jeun        7,2 *mmol/L      4,1 - 6,1',
  '****LAB****',
  'TEX|BIOCHIMIE',
  'RES|Glycémie à jeun|GLY|N|7.20|mmol/L|4.1|6.1|H|F|1.30|g/L|0.74|1.10',
  'RES|CRP|CRP|A|< 1|mg/L||5|N|F',
  'RES|Créatinine|CREA|N|8,3|mg/l|6,0|11,0|*|P',
  'RES|Aspect|ASP|A|Limpide|||||F',
  'RES||IGET 005|A',
  'XYZ|une ligne d’un autre monde',
  '****FIN****',
  '****FINFICHIER****',
].join('\r\n');
const bytesOf = (text: string) => Buffer.from(text, 'utf8');
const resultsIn = (report: LabReport) => [...resultsOf(report)].map(({ result }) => result);

describe('a file of HPRIM Médecin', () => {
  const report = readLabReport(bytesOf(medecin));
  const [glucose, crp, creatinine, aspect] = resultsIn(report);

  it('gives each result its value, unit, interval and flag as printed', () => {
    expect(glucose).toMatchObject({
      value: { type: 'quantity', value: '7.20', unit: 'mmol/L', translations: [{ value: '1.30', unit: 'g/L' }] },
      reference: { low: { value: '4.1', unit: 'mmol/L' }, high: { value: '6.1', unit: 'mmol/L' } },
      otherReferences: [{ low: { value: '0.74', unit: 'g/L' }, high: { value: '1.10', unit: 'g/L' } }],
      interpretations: ['H'],
      status: 'completed',
      at: '20250314',
    });
    expect(crp).toMatchObject({
      value: { type: 'range', high: { value: '1', unit: 'mg/L', inclusive: false } },
      reference: { high: { value: '5' } },
    });
    expect(creatinine).toMatchObject({ value: { value: '8.3', unit: 'mg/l' }, status: 'active', interpretations: ['A'] });
    expect(aspect).toMatchObject({ value: { type: 'text', text: 'Limpide' } });
  });

  it('keeps the laboratory code as its own, never as LOINC', () => {
    expect(glucose!.code.code).toBeUndefined();
    expect(glucose!.code).toMatchObject({
      originalText: 'Glycémie à jeun',
      translations: [{ code: 'GLY', system: expect.stringMatching(/^2\.25\.\d+$/) }],
    });
  });

  it('never takes the social security number for an identifier, nor the name for a name of birth', () => {
    expect(report.patient.ids).toEqual([{ root: expect.stringMatching(/^2\.25\./), extension: 'P0042' }]);
    expect(JSON.stringify(report)).not.toContain('255069933412305');
    expect(report.patient).toMatchObject({ usedFamily: 'ESSAI-DEMO', usedGiven: 'LUCIE', birthDate: '19550612' });
    expect(report.patient.birthFamily).toBeUndefined();
  });

  it('knows the structure by its FINESS, and is provisional while one result is', () => {
    expect(report.custodian).toEqual({ ids: [{ root: '1.2.250.1.71.4.2.2', extension: '990000001' }], name: 'LBM DEMO Modèle' });
    expect(report.events).toEqual([{ status: 'active' }]);
    expect(report.setId?.extension).toBe('D4411');
  });

  it('tells the lines it does not understand, and keeps them as they came', () => {
    expect(report.warnings.map(({ code, at }) => `${code} ${at}`)).toEqual(['hprim.line line 21', 'hprim.line line 22']);
    const kept = report.sections.find(({ title }) => title === 'Lignes non comprises');
    expect(narrativeToText(kept!.narrative!)).toBe('RES||IGET 005|A\nXYZ|une ligne d’un autre monde');
  });

  it('keeps the printed text with its columns', () => {
    const [chapter] = report.sections;
    expect(narrativeToText(chapter!.narrative!).replaceAll('\u00a0', ' ')).toContain('Glycémie à jeun        7,2 *mmol/L      4,1 - 6,1');
  });

  it('is one document however often it comes, and another as soon as one character differs', () => {
    expect(readHprimReport(bytesOf(medecin)).id).toEqual(report.id);
    expect(readHprimReport(bytesOf(medecin.replace('7.20', '7.30'))).id).not.toEqual(report.id);
  });

  it('of several dossiers gives several reports, and is refused where one is wanted', () => {
    const two = `${medecin.replace('****FINFICHIER****', '')}${medecin.replace('ESSAI-DEMO', 'AUTRE-DEMO')}`.replace('\r\n\r\n', '\r\n');
    expect(readHprim(bytesOf(two)).map(({ patient }) => patient.usedFamily)).toEqual(['ESSAI-DEMO', 'AUTRE-DEMO']);
    expect(outcomeOf(() => readHprimReport(bytesOf(two)))).toBe('report.unreadable at line 1');
  });

  it('of several dossiers is cut into files that read as the same reports, whatever its encoding', () => {
    const two = `${medecin.replace('****FINFICHIER****', '')}${medecin.replace('ESSAI-DEMO', 'AUTRE-DEMO')}`.replace('\r\n\r\n', '\r\n');
    const twoSante = `${sante}\r\n${sante.slice(sante.indexOf('\r\nP|') + 2).replace('ESSAI-DEMO', 'AUTRE-DEMO')}`;
    for (const file of [bytesOf(two), Buffer.from(two), Buffer.from(`\ufeff${two}`, 'utf16le'), bytesOf(twoSante)]) {
      const parts = hprimDossiersIn(file);
      expect(parts).toHaveLength(2);
      const reports = readHprim(file);
      expect(parts.map((part) => readHprimReport(part))).toEqual(reports.map((report) => ({ ...report, warnings: expect.anything() })));
    }
    expect(hprimDossiersIn(bytesOf(medecin))).toEqual([bytesOf(medecin)]);
  });

  it('sent again under its number takes the place of what was less far: in part, final, corrected, cancelled; in another year it is another', () => {
    const as = (state: string) => readHprimReport(bytesOf(medecin.replace(/^(RES\|(?:[^|\r]*\|){8})[^|\r]*/gm, `$1${state}`)));
    const stages = ['P', 'F', 'C', 'X'].map(as);
    const versions = stages.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(new Set(stages.map(({ setId }) => JSON.stringify(setId))).size).toBe(1);
    expect(as('').version).toBe(as('F').version);
    expect(readHprimReport(bytesOf(medecin.replace(/\/2025/g, '/2026'))).setId).not.toEqual(stages[0]!.setId);
    const corrected = readHprimReport(writeHprim(as('F'), { isCorrection: true }));
    expect(corrected.version).toBe(as('C').version);
  });

  it('written of a report that replaces another, or that was corrected in HPRIM, says C of each result, and F of what completes one in part', () => {
    const statuses = (bytes: Uint8Array) =>
      [
        ...Buffer.from(bytes)
          .toString('latin1')
          .matchAll(/^(?:RES(?:\|[^|\r]*){8}|OBX(?:\|[^|\r]*){10})\|([^|\r]*)/gm),
      ].map(([, s]) => s);
    const final = readHprimReport(bytesOf(medecin.replace(/^(RES\|(?:[^|\r]*\|){8})[^|\r]*/gm, '$1F')));
    const correction: LabReport = { ...final, format: 'cda-cr-bio', version: 2, replaces: [final.id] };
    const corrected = readHprimReport(writeHprim(correction));
    for (const write of [writeHprim, writeHprimSante]) {
      expect(new Set(statuses(write(final)))).toEqual(new Set(['F']));
      expect(new Set(statuses(write(correction)))).toEqual(new Set(['C']));
      expect(new Set(statuses(write(correction, { isCorrection: false })))).toEqual(new Set(['F']));
      expect(new Set(statuses(write(corrected)))).toEqual(new Set(['C']));
    }
  });

  it('without a coded part gives its words and no result, with a warning', () => {
    const words = medecin.replace(/\*{4}LAB[\s\S]*?(?=\*{4}FIN\*)/, '');
    const read = readHprimReport(bytesOf(words));
    expect(resultsIn(read)).toEqual([]);
    expect(read.warnings.map(({ code }) => code)).toEqual(['hprim.no-results']);
  });

  it('with a code of the patient that is no code, or a birth date of two digits, reads neither', () => {
    const odd = readHprimReport(bytesOf(medecin.replace('P0042', 'MME').replace('12/06/1955', '12/06/55')));
    expect(odd.patient.ids).toEqual([]);
    expect(odd.patient.birthDate).toBeUndefined();
    expect(odd.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['hprim.patient-code', 'hprim.birth-date']));
  });

  it('is refused without a patient or with a cut header', () => {
    expect(outcomeOf(() => readHprim(bytesOf(medecin.replace('ESSAI-DEMO', ' '))))).toBe('report.unreadable at line 2');
    expect(outcomeOf(() => readHprim(bytesOf('A\r\nB\r\n****FIN****')))).toBe('report.unreadable at line 1');
  });
});

describe('the encoding of a file that says none', () => {
  const read = (bytes: Uint8Array) => {
    const { text, encoding } = decodeHprim(bytes);
    return [encoding, text.includes('Glycémie à jeun')];
  };
  const latin = Buffer.from(medecin.replace('’', "'"), 'latin1');

  it('is found by its marks, then UTF-8, then the letters of French', () => {
    expect(read(bytesOf(medecin))).toEqual(['utf-8', true]);
    expect(read(Buffer.from(`\ufeff${medecin}`, 'utf16le'))).toEqual(['utf-16le', true]);
    expect(read(latin)).toEqual(['windows-1252', true]);
    const dos = Buffer.from(latin.map((byte) => ({ 0xe9: 0x82, 0xe0: 0x85, 0xe8: 0x8a })[byte] ?? byte));
    expect(read(dos)).toEqual(['cp850', true]);
    const mac = Buffer.from(latin.map((byte) => ({ 0xe9: 0x8e, 0xe0: 0x88, 0xe8: 0x8f })[byte] ?? byte));
    expect(read(mac)).toEqual(['macintosh', true]);
    expect(read(Buffer.concat([latin, Buffer.from([0x63, 0xbd, 0x75, 0x72])]))).toEqual(['iso-8859-15', true]);
  });

  it('told by nothing is warned of when it is one of the rare ones', () => {
    const dos = Buffer.from(latin.map((byte) => ({ 0xe9: 0x82, 0xe0: 0x85, 0xe8: 0x8a })[byte] ?? byte));
    expect(readHprimReport(dos).warnings[0]).toMatchObject({ code: 'hprim.encoding', message: expect.stringContaining('cp850') });
  });
});

const sante = [
  'H|~^\\&|F0001.HPR||990000001~LBM DEMO||ORU|||MARURG~Urgences DEMO||P|H2.1~C|202503141135',
  'P|1|P0042||D4411|ESSAI-DEMO~LUCIE||19550612|F||1 RUE DU TEST~~RENNES~~35000',
  'OBR|1|ORD77|DEM4411|BIO~Biochimie~L|||202503140805|||||||||||||||202503141130|||F',
  'OBX|1|NM|GLY~Glycémie~L||7.2|mmol/L|4.1-6.1|H|||F',
  'C|1|L|Contrôle conseillé',
  'OBX|2|ST|CRP~Protéine',
  'A| C réactive~L||<0.5|mg/L|<5|N|||C',
  'OBX|3|CE|GRP~Groupe~L||A+~A Rh positif|||||| F',
  'ZZZ|1|inconnu',
  'L|1||1|9',
].join('\r');

describe('a message of HPRIM Santé', () => {
  const report = readLabReport(bytesOf(sante));
  const [glucose, crp, group] = resultsIn(report);

  it('reads components as its header says them, and lines that go on (A)', () => {
    expect(report.modelVersion).toBe('sante-2.1');
    expect(report.patient).toMatchObject({ usedFamily: 'ESSAI-DEMO', usedGiven: 'LUCIE', birthDate: '19550612', sex: 'F' });
    expect(glucose).toMatchObject({ value: { value: '7.2', unit: 'mmol/L' }, at: '202503140805', comments: ['Contrôle conseillé'] });
    expect(crp).toMatchObject({
      code: { originalText: 'Protéine C réactive' },
      value: { type: 'range', high: { value: '0.5', inclusive: false } },
    });
    expect(group).toMatchObject({ value: { type: 'coded', code: { code: 'A+', display: 'A Rh positif' } } });
    expect(report.sections.map(({ title }) => title)).toEqual(['Biochimie', 'Lignes non comprises']);
  });

  it('reads senders who write components as HL7 does', () => {
    const swapped = readHprimReport(bytesOf(sante.replaceAll('~', '^').replace('H|^^', 'H|~^')));
    expect(describeReading(swapped)).toEqual(describeReading(report));
  });

  it('of another type than results is another door’s', () => {
    expect(outcomeOf(() => readHprim(bytesOf(sante.replace('ORU', 'ADM'))))).toBe('report.not-a-lab-report at line 1');
  });
});

describe('a report written as HPRIM', () => {
  const bytes = writeHprim(chemistryReport(3));

  it('is read again with its numbers, and prints what it cannot code', () => {
    const read = readHprimReport(bytes);
    const kept = ({ value, reference, interpretations, status }: Result) => [value, reference?.low?.value, interpretations, status];
    expect(resultsIn(read).map(kept)).toEqual(resultsIn(chemistryReport(3)).map(kept));
    const printed = narrativeToText(read.sections[0]!.narrative!);
    expect(printed).toContain('10/09/2024 : 0,5 mmol/L');
    expect(printed).toContain('Contrôle conseillé sous un mois.');
  });

  it('never says the INS', () => {
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('255069933412305');
  });

  it('of what HPRIM says, loses nothing: value, unit, interval, flag, status, words', () => {
    const words = fc.string({ unit: fc.constantFrom(...'abéÀç°µ²<>&;"(.)/-+'), minLength: 1, maxLength: 9 });
    const label = words.map((text) => `x${text}`);
    const decimal = fc.constantFrom('7.20', '0', '-1.5', '120', '0.001');
    const unit = fc.constantFrom('mmol/L', 'g/l', '/mm3', '%');
    const bound = (u: string) => decimal.map((value) => ({ value, unit: u }));
    const value: fc.Arbitrary<{ value: ResultValue }> = fc.oneof(
      fc.record({ value: fc.record({ type: fc.constant('quantity' as const), value: decimal, unit }) }),
      fc.record({ value: fc.record({ type: fc.constant('text' as const), text: label }) }),
      fc.record({
        value: fc.record({
          type: fc.constant('range' as const),
          high: fc.record({ value: fc.constantFrom('1', '0.12'), unit, inclusive: fc.boolean() }),
        }),
      }),
    );
    const result = fc
      .record({
        v: value,
        label,
        code: fc.stringMatching(/^[A-Z0-9]{1,6}$/),
        low: bound('g/l'),
        flag: fc.constantFrom('H', 'L', 'N', 'HH'),
        status: fc.constantFrom('completed', 'active', 'aborted'),
      })
      .map(({ v, label: words_, code, low, flag, status }): Result => {
        const ownUnit = v.value.type === 'quantity' ? v.value.unit : v.value.type === 'range' ? v.value.high?.unit : undefined;
        const reference = { low: { value: low.value, ...(ownUnit !== undefined && { unit: ownUnit }) } };
        return {
          kind: 'result',
          code: { originalText: words_, translations: [{ code, display: words_ }] },
          status,
          ...v,
          reference,
          interpretations: [flag],
        };
      });
    fc.assert(
      fc.property(fc.array(result, { minLength: 1, maxLength: 5 }), (results) => {
        const base = readHprimReport(bytesOf(medecin));
        const [chapter] = base.sections;
        const report: LabReport = { ...base, sections: [{ ...chapter!, entries: [{ status: 'completed', items: results }] }] };
        const read = resultsIn(readHprimReport(writeHprim(report)));
        const said = (r: Result) => [
          r.code.originalText,
          r.code.translations?.[0]?.code,
          r.value,
          r.reference,
          r.interpretations,
          r.status,
        ];
        expect(read.map(said)).toEqual(results.map(said));
      }),
    );
  });
});

describe('hostile bytes', () => {
  it('damaged or random, give reports or a refusal that says where', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(medecin, sante),
        fc.nat(),
        fc.nat(60),
        fc.string({ unit: 'binary', maxLength: 8 }),
        (text, at, cut, put) => {
          const place = at % text.length;
          const bytes = Buffer.from(text.slice(0, place) + put + text.slice(place + cut), 'latin1');
          expect(outcomeOf(() => readHprim(bytes).map((report) => writeHprim(report)))).toMatch(READ_OR_REFUSED);
        },
      ),
      { numRuns: runs(400) },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(outcomeOf(() => readHprim(bytes))).toMatch(READ_OR_REFUSED);
      }),
    );
  });

  it('of another kind are not taken for HPRIM', () => {
    expect(looksLikeHprim(Buffer.from('%PDF-1.7'))).toBe(false);
    expect(looksLikeHprim(Buffer.from('MSH|^~\\&|A|B'))).toBe(false);
    expect(looksLikeHprim(Buffer.from('Bonjour,\nvoici un courrier.'))).toBe(false);
    expect(looksLikeHprim(Buffer.from(sante))).toBe(true);
    expect(looksLikeHprim(Buffer.from(medecin))).toBe(true);
  });

  it('of a million lines are refused', () => {
    expect(outcomeOf(() => readHprim(bytesOf(`${medecin.slice(0, medecin.indexOf('XYZ'))}${'RES|a|b|N|1\n'.repeat(200_000)}`)))).toMatch(
      /^report\.hostile/,
    );
    expect(outcomeOf(() => readHprim(bytesOf(`${medecin.slice(0, medecin.indexOf('BIOCHIMIE'))}****FIN****\n`.repeat(1_000))))).toMatch(
      /^report\.hostile/,
    );
  });
});
