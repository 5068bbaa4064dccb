import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { searchDirectory } from '../search.ts';
import { rebuildSearch } from '../store-search.ts';
import { mailbox, mailboxesOfPractitioner, mailboxesOfStructure, practitioner, structure } from '../store.ts';
import { layoutOf } from './columns.ts';
import { importExtract } from './import-extract.ts';
import { firstLine, readLines } from './read-lines.ts';
import { beginExtract, stageLines } from './store-extracts.ts';

const database = testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'cigogne-extracts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEADER =
  "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|Nom d'exercice|Prénom d'exercice|Code profession|" +
  'Libellé profession|Code savoir-faire|Libellé savoir-faire|Numéro FINESS site|Identifiant technique de la structure|Raison sociale site|' +
  'Code postal (coord. structure)|Libellé commune (coord. structure)|';
const ANNE =
  '8|99700000011|899700000011|DR|LEFÈVRE-DEMO|Anne|10|Médecin|SM54|Médecine Générale||R10100000001|CABINET ESSAI|67000|STRASBOURG|';
const ANNE_AT_HOSPITAL =
  '8|99700000011|899700000011|DR|LEFÈVRE-DEMO|Anne|10|Médecin|SM54|Médecine Générale|670000001|F670000001|CH TEST|67500|HAGUENAU|';
const PAUL =
  '8|99700000029|899700000029|DR|MARTIN-DEMO|Paul|10|Médecin|SM04|Cardiologie et maladies vasculaires||R10100000002|CABINET ESSAI 2|67000|STRASBOURG|';

let files = 0;
function fileOf(lines: readonly string[]): string {
  const file = join(folder, `extract-${(files += 1)}.txt`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
const bring = (lines: readonly string[], isFull = true) =>
  importExtract(database.db, fileOf(lines), { isFull, now: () => new Date('2026-03-01T08:00:00Z') });

describe('an extract of the national directory', () => {
  test('tells who practises where, a practice without FINESS included', async () => {
    expect(await bring([HEADER, ANNE, ANNE_AT_HOSPITAL, PAUL])).toMatchObject({
      kind: 'practice',
      lines: 3,
      rejected: 0,
      added: 8,
      ended: 0,
    });
    expect(await practitioner(database.db, '899700000011')).toMatchObject({
      family: 'LEFÈVRE-DEMO',
      profession: 'G15_10',
      speciality: 'SM54',
      structures: ['670000001'],
    });
    const { found } = await searchDirectory(database.db, 'lefevre');
    expect(found).toMatchObject([
      { rpps: '899700000011', speciality: 'Médecine Générale', places: [{ city: 'HAGUENAU' }, { city: 'STRASBOURG' }] },
    ]);
  });
  test('changes nothing when it comes again', async () => {
    expect(await bring([HEADER, ANNE, ANNE_AT_HOSPITAL, PAUL])).toMatchObject({ added: 0, changed: 0, ended: 0 });
  });
  test('as a delta, changes what it tells and ends nothing', async () => {
    expect(await bring([HEADER, PAUL.replace('STRASBOURG', 'OBERNAI')], false)).toMatchObject({ added: 0, changed: 1, ended: 0 });
    expect((await searchDirectory(database.db, 'martin obernai')).found).toHaveLength(1);
  });
  test('as a delta, brings the search up to date as if it were made anew, for whoever practises at a place that changed too', async () => {
    const entries = () =>
      database.db.query('', 'select kind, key, sort, search::text as search from directory.search_entry order by kind, key');
    const colleague = PAUL.replaceAll('9700000029', '9700000039').replace('MARTIN', 'VOISIN').replace('R10100000002', 'R10100000001');
    await bring([HEADER, colleague], false);
    await bring([HEADER, ANNE.replace('CABINET ESSAI', 'MAISON DE SANTE')], false);
    expect((await searchDirectory(database.db, 'voisin maison')).found).toMatchObject([{ family: 'VOISIN-DEMO' }]);
    const refreshed = await entries();
    await database.db.transaction(rebuildSearch);
    expect(await entries()).toEqual(refreshed);
    await bring([HEADER, ANNE, ANNE_AT_HOSPITAL, PAUL.replace('STRASBOURG', 'OBERNAI')]);
  });
  test('as a whole, ends the practice that it no longer tells', async () => {
    expect(await bring([HEADER, ANNE, PAUL])).toMatchObject({ ended: 1 });
    expect((await practitioner(database.db, '899700000011'))?.structures).toEqual([]);
    expect((await searchDirectory(database.db, 'lefevre haguenau')).found).toEqual([]);
  });
  test('with damaged lines, takes the others and names the damaged ones by number', async () => {
    const report = await bring([HEADER, ANNE, '8|99|broken', ANNE.replace('|899700000011|', '||'), PAUL], false);
    expect(report).toMatchObject({
      lines: 2,
      rejected: 2,
      firstRejected: [
        { line: 3, why: 'too-few-fields' },
        { line: 4, why: 'no-identifier' },
      ],
    });
  });
  test('is refused when a column that is needed is missing, and the column is named', async () => {
    await expect(bring([HEADER.replace('Code savoir-faire|', ''), ANNE])).rejects.toMatchObject({
      code: 'directory.not-an-extract',
      at: 'code savoir faire',
    });
    await expect(bring(['a|b|c'])).rejects.toMatchObject({ code: 'directory.not-an-extract' });
  });
  test('is read in the old Windows alphabet too', async () => {
    const file = join(folder, 'windows.txt');
    writeFileSync(file, Buffer.from(`${HEADER}\n${PAUL.replace('MARTIN', 'BÉRÉNÈS')}\n`, 'latin1'));
    await importExtract(database.db, file, { isFull: false, now: () => new Date() });
    expect(await practitioner(database.db, '899700000029')).toMatchObject({ family: 'BÉRÉNÈS-DEMO' });
  });
});

describe('an import cut half-way', () => {
  const many = Array.from({ length: 3 }, (_, i) =>
    PAUL.replaceAll('9700000029', `97000001${10 + i}`).replace('MARTIN', `COUPE${'ABC'[i]}`),
  );

  test('goes on where it was when the same file is given again, and takes each line once', async () => {
    const file = fileOf([HEADER, ...many]);
    const layout = layoutOf(await firstLine(file));
    const { createHash } = await import('node:crypto');
    const bytes = readFileSync(file);
    const extractId = '019a0000-0000-7000-8000-0000000000e1';
    // the first lines were kept, then the program died
    const cut = bytes.indexOf('\n', bytes.indexOf('COUPEA')) + 1;
    const start = fileOf([HEADER, many[0]!]);
    const sha256 = createHash('sha256').update(bytes).digest();
    await database.db.transaction((tx) =>
      beginExtract(tx, {
        extractId,
        kind: 'practice',
        sha256,
        fileName: 'cut.txt',
        totalBytes: bytes.length,
        isFull: false,
        at: new Date(),
      }),
    );
    for await (const lines of readLines(start, layout, { byte: 0, line: 1 }))
      await database.db.transaction((tx) => stageLines(tx, extractId, { ...lines, nextByte: cut }));
    await expect(bring([HEADER, ANNE])).rejects.toMatchObject({ code: 'directory.import-in-hand' });
    const report = await importExtract(database.db, file, { isFull: false, now: () => new Date() });
    expect(report).toMatchObject({ resumed: true, lines: 3 });
    expect((await searchDirectory(database.db, 'coupea')).found).toHaveLength(1);
    expect((await searchDirectory(database.db, 'coupec')).found).toHaveLength(1);
  });
});

describe('the addresses of the secure mail', () => {
  const BOXES =
    'Type de BAL|Adresse BAL|Type Identifiant PP|Identifiant PP|Identification nationale PP|Type identifiant structure|Identification Structure|Service de rattachement|Dématérialisation|Raison Sociale structure BAL';
  test('are those of a person or of a place, and an ended one is nobody', async () => {
    const person = 'PER|Anne.LEFEVRE@essai.mssante.example|8|99700000011|899700000011||||O|';
    const place = 'ORG|labo@essai.mssante.example||||FINESS|670000001|Biologie|N|CH TEST';
    await bring([BOXES, person, place]);
    expect(await mailboxesOfPractitioner(database.db, '899700000011')).toMatchObject([
      { address: 'anne.lefevre@essai.mssante.example', kind: 'PER' },
    ]);
    expect(await mailboxesOfStructure(database.db, '670000001')).toMatchObject([
      { address: 'labo@essai.mssante.example', service: 'Biologie' },
    ]);
    expect((await searchDirectory(database.db, 'labo@essai')).found).toMatchObject([{ siteId: '670000001' }]);
    expect(await bring([BOXES, person])).toMatchObject({ added: 0, changed: 0, ended: 1 });
    expect(await mailbox(database.db, 'LABO@essai.mssante.example')).toBeUndefined();
  });
});

test('the FINESS register tells the places of the departments asked for, by what they are', async () => {
  const line = (finess: string, name: string, category: string, group: string) =>
    [
      'structureet',
      finess,
      '',
      name,
      name,
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '67',
      '',
      '67000 STRASBOURG',
      '0388',
      '',
      category,
      '',
      group,
      '',
      '',
    ].join(';');
  const file = fileOf([
    'finess;etalab;95;2026-01-01',
    line('670099991', 'LABO ESSAI', '611', '3201'),
    line('750099991', 'LABO ESSAI AILLEURS', '611', '3201'),
  ]);
  await importExtract(database.db, file, { isFull: true, departments: ['67'], now: () => new Date() });
  expect(await structure(database.db, '670099991')).toEqual({
    finess: '670099991',
    name: 'LABO ESSAI',
    kind: 'laboratory',
    phone: '0388',
    place: 'STRASBOURG',
  });
  expect(await structure(database.db, '750099991')).toBeUndefined();
});
