import { describe, expect, test } from 'vitest';
import { message, MSH, obr, obx, ORC, oru, PID, PV1, SPM } from '../../../test/support/oru-message.ts';
import { describeReading } from '../describe.ts';
import type { LabReport, Result } from '../lab-report.ts';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';

const read = (text: string, contentType?: string): LabReport => readLabReport(Buffer.from(text), contentType);
const refusal = (code: string, at?: string) => expect.objectContaining({ name: 'Refusal', code, ...(at !== undefined && { at }) });

/** The only result of a message that holds one line. */
function resultOf(line: Parameters<typeof obx>[0]): Result {
  const [place] = resultsOf(read(message(MSH, PID, ORC, obr(), obx(line))));
  return place!.result;
}

describe('a report of results in HL7 v2', () => {
  const report = read(message(MSH, PID, PV1, ORC, obr(), obx(), 'NTE|1|L|Contrôle conseillé~sous un mois.', SPM));

  test('says who it is about, with the traits of birth apart from the names used', () => {
    expect(report.patient).toEqual({
      ids: [
        { root: '1.2.250.1.999.1.1', extension: 'IPP00042', assigningAuthority: 'LBM-DEMO' },
        { root: '1.2.250.1.213.1.4.10', extension: '255069933412305', assigningAuthority: 'ASIP-SANTE-INS-NIR' },
      ],
      birthFamily: 'ESSAI',
      firstBirthGiven: 'LUCIE',
      birthGivens: 'LUCIE ANNE',
      usedFamily: 'ESSAI-DEMO',
      usedGiven: 'LUCIE',
      prefix: 'MME',
      birthDate: '19550612',
      sex: 'F',
      birthPlace: { cog: '99334', label: 'FICTIVILLE' },
      addresses: [{ streetName: '3 rue des Essais', postalCode: '35000', city: 'RENNES', country: 'FRA', use: 'H' }],
      telecoms: [{ value: 'tel:0600000001', use: 'MC' }],
    });
  });

  test('says which laboratory answers for it, who asked and who validated', () => {
    expect(report.custodian).toEqual({ ids: [{ root: '1.2.250.1.71.4.2.2', extension: '1350000001' }], name: 'LBM DEMO des Tilleuls' });
    expect(report.participants).toMatchObject([{ type: 'REF', name: { family: 'PRESCRIPTRICE-DEMO', given: 'PAULE', suffix: 'DR' } }]);
    expect(report.validators).toMatchObject([{ ids: [{ root: '1.2.250.1.71.4.2.1', extension: '899700000002' }] }]);
    expect(report.encounter).toMatchObject({ ids: [{ root: '1.2.250.1.999.1.6', extension: 'VEN-778' }], code: { code: 'AMB' } });
  });

  test('gives each result with its value, unit, interval, flag, sampling, chapter, specimen and comment', () => {
    expect(describeReading(report)).toEqual([
      {
        n: 1,
        code: '14749-6',
        system: '2.16.840.1.113883.6.1',
        label: 'Glucose',
        value: '7.20',
        unit: 'mmol/L',
        at: '2025-03-14T08:05:00+01:00',
        status: 'completed',
        interpretation: 'H',
        reference: '4.1..6.1',
        specimen: 'Sérum',
        chapter: 'Biochimie',
        comment: 'Contrôle conseillé\nsous un mois.',
      },
    ]);
    expect([...resultsOf(report)][0]!.result.code.translations).toEqual([{ code: 'GLY', display: 'Glycémie', systemName: 'LBM' }]);
  });

  test('is read in ISO-8859-1, ISO-8859-15, UTF-8 or without any character set named', () => {
    const named = (charset: string) =>
      message(MSH.replace('UNICODE UTF-8', charset), PID.replace('ESSAI^LUCIE', 'ÉSSAI^LUCIE'), ORC, obr(), obx());
    for (const [charset, encoding] of [
      ['8859/1', 'latin1'],
      ['8859/15', 'latin1'],
      ['UNICODE UTF-8', 'utf8'],
      ['', 'latin1'],
      ['', 'utf8'],
    ] as const) {
      expect(readLabReport(Buffer.from(named(charset), encoding)).patient.birthFamily).toBe('ÉSSAI');
    }
    expect(() => read(named('GB 18030-2000'))).toThrow(refusal('report.unreadable', 'MSH-18'));
    expect(() => readLabReport(Buffer.from(named('UNICODE UTF-8'), 'latin1'))).toThrow(refusal('report.unreadable', 'MSH-18'));
  });

  test('is told from other formats by its content type or by its first bytes, in the frame of MLLP or not', () => {
    for (const type of ['application/hl7-v2', 'x-application/hl7-v2+er7; charset=utf-8', 'text/plain'])
      expect(read(oru(), type).format).toBe('hl7v2-oru');
    expect(read(`\v${oru()}\u001c\r`).format).toBe('hl7v2-oru');
    expect(() => read('bonjour', 'text/plain')).toThrow(refusal('deposit.unsupported-format'));
  });

  test('may have its segments ended by LF or CR LF, and other separators than usual', () => {
    const text = oru(3);
    const expected = read(text);
    expect(read(text.replaceAll('\r', '\n'))).toEqual(expected);
    expect(read(text.replaceAll('\r', '\r\n'))).toEqual(expected);
    expect(read(text.replaceAll('|', '#').replaceAll('^', '*').replaceAll('~', '@'))).toEqual(expected);
  });
});

describe('a value keeps what was sent', () => {
  test.each([
    ['a number', { value: '7.20' }, { type: 'quantity', value: '7.20', unit: 'mmol/L' }],
    ['a number with a decimal comma', { value: '7,20' }, { type: 'quantity', value: '7.20', unit: 'mmol/L' }],
    ['below the measuring range', { type: 'SN', value: '<^5' }, { type: 'range', high: { value: '5', unit: 'mmol/L', inclusive: false } }],
    ['at least', { type: 'SN', value: '>=^100' }, { type: 'range', low: { value: '100', unit: 'mmol/L', inclusive: true } }],
    ['a titre', { type: 'SN', value: '1^:^160', unit: '' }, { type: 'ratio', numerator: { value: '1' }, denominator: { value: '160' } }],
    [
      'a titre with its empty comparator',
      { type: 'SN', value: '^1^:^160', unit: '' },
      { type: 'ratio', numerator: { value: '1' }, denominator: { value: '160' } },
    ],
    ['a structured number without a comparator', { type: 'SN', value: '^5' }, { type: 'quantity', value: '5', unit: 'mmol/L' }],
    ['an interval', { type: 'SN', value: '3^-^5', unit: '' }, { type: 'range', low: { value: '3' }, high: { value: '5' } }],
    ['a number called text', { type: 'ST', value: '<5' }, { type: 'range', high: { value: '5', unit: 'mmol/L', inclusive: false } }],
    ['words', { type: 'ST', value: 'Limpide \\T\\ clair', unit: '' }, { type: 'text', text: 'Limpide & clair' }],
    ['words of several lines', { type: 'FT', value: 'un\\.br\\deux~trois', unit: '' }, { type: 'text', text: 'un\ndeux\ntrois' }],
    [
      'a code',
      { type: 'CWE', value: 'POS^Positif^L', unit: '' },
      { type: 'coded', code: { code: 'POS', display: 'Positif', systemName: 'L' } },
    ],
    ['a day', { type: 'DT', value: '202503', unit: '' }, { type: 'time', value: '202503' }],
    ['a value withdrawn', { value: '""' }, { type: 'absent', nullFlavor: 'NI' }],
    ['a number that is none', { value: 'hémolysé' }, { type: 'text', text: 'hémolysé mmol/L' }],
  ] as const)('%s', (_, line, value) => {
    expect(resultOf(line).value).toEqual(value);
  });

  test('a unit that holds an unescaped separator is put together, never cut', () => {
    expect(resultOf({ value: '4.5', unit: '10^9/L' }).value).toEqual({ type: 'quantity', value: '4.5', unit: '10^9/L' });
    expect(resultOf({ value: '4.5', unit: '10\\S\\9/L' }).value).toEqual({ type: 'quantity', value: '4.5', unit: '10^9/L' });
    expect(resultOf({ value: '4.5', unit: 'G/L^^LBM^10*9/L^^UCUM' }).value).toEqual({ type: 'quantity', value: '4.5', unit: '10*9/L' });
  });

  test.each([
    ['3.5-8.0', { low: { value: '3.5' }, high: { value: '8.0' } }],
    ['4,1 - 6,1', { low: { value: '4.1' }, high: { value: '6.1' } }],
    ['-2-2', { low: { value: '-2' }, high: { value: '2' } }],
    ['<5', { high: { value: '5', inclusive: false } }],
    ['>=10', { low: { value: '10', inclusive: true } }],
    ['Négatif', { text: 'Négatif' }],
  ])('the interval %s', (range, reference) => {
    expect(resultOf({ range, unit: '' }).reference).toEqual(reference);
  });

  test('a code that is no LOINC stands as the words of the laboratory and its own code', () => {
    expect(resultOf({ code: 'GLY^Glycémie^LBM' }).code).toEqual({
      originalText: 'Glycémie',
      translations: [{ code: 'GLY', display: 'Glycémie', systemName: 'LBM' }],
    });
    expect(resultOf({ code: 'GLY^Glycémie^LBM^14749-6^Glucose^LN' }).code.code).toBe('14749-6');
  });
});

describe('whether a result is final', () => {
  test.each([
    ['F', 'completed'],
    ['C', 'completed'],
    ['P', 'active'],
    ['I', 'active'],
    ['X', 'aborted'],
    ['W', 'aborted'],
    ['', 'completed'],
    ['?', 'active'],
  ])('a line of status %s in a final order is %s', (status, expected) => {
    expect(resultOf({ status }).status).toBe(expected);
  });

  test('a line made final without its value is refused: the value sent before would be lost', () => {
    expect(() => resultOf({ status: 'U' })).toThrow(refusal('report.unreadable', 'OBX[1]-11'));
  });
});

describe('messages about the same orders', () => {
  const sent = (at: string, id: string, ...orders: string[]) =>
    read(
      message(
        MSH.replace('20250314113500+0100', at).replace('M000123', id),
        PID,
        ...orders.flatMap((order, n) => [order, obx({ n: n + 1 })]),
      ),
    );
  const [glucose, crp] = [obr({ asked: 'GLY^Glycémie^LBM' }), obr({ n: 2, asked: 'CRP^CRP^LBM' })];

  test('make one set, the later one being its later version, whatever the time zone', () => {
    const [first, second] = [sent('20250314113500+0100', 'M1', glucose), sent('20250314103600+0000', 'M2', glucose)];
    expect(second.setId).toEqual(first.setId);
    expect(second.version).toBe(first.version + 60);
    expect(second.id).not.toEqual(first.id);
  });

  test('do not hide one another when one is about a part of the other', () => {
    expect(sent('20250314', 'M2', glucose).setId).not.toEqual(sent('20250314', 'M1', glucose, crp).setId);
  });
});

describe('microbiology', () => {
  const report = read(
    message(
      MSH,
      PID,
      obr({ asked: '18725-2^Microbiologie^LN', section: 'MB' }),
      obx({
        n: 1,
        type: 'CE',
        code: '634-6^Bactérie^LN',
        sub: '1',
        value: '112283007^Escherichia coli^SCT',
        unit: '',
        range: '',
        flag: 'A',
      }),
      obx({ n: 2, type: 'SN', code: '564-5^Numération^LN', sub: '1', value: '>^100000', unit: '{UFC}/mL', range: '', flag: '' }),
      obr({ n: 2, asked: '18769-0^Antibiogramme^LN', section: 'MB', parent: '634-6&Bactérie&LN^1' }),
      obx({ n: 1, type: 'ST', code: '18862-3^Amoxicilline^LN', value: 'S', unit: '', range: '', flag: 'S' }),
    ),
  );

  test('an antibiogram joins the isolate that it names', () => {
    const [entry] = report.sections[0]!.entries;
    expect(entry!.items).toMatchObject([
      { kind: 'isolate', organism: { code: '112283007' }, items: [{}, {}, { kind: 'battery', code: { code: '18769-0' } }] },
    ]);
    expect([...resultsOf(report)].map(({ isolate }) => isolate?.organism.display)).toEqual(
      Array.from({ length: 3 }, () => 'Escherichia coli'),
    );
    expect(report.sections).toHaveLength(1);
  });
});

describe('a document that comes with the results', () => {
  test('the PDF of the laboratory is kept byte for byte', () => {
    const report = read(message(MSH, PID, obr(), obx(), 'OBX|2|ED|11502-2^CR^LN||^application^pdf^Base64^JVBERi0xLjQK||||||F'));
    expect(report.pdf).toEqual({ base64: 'JVBERi0xLjQK' });
    expect([...resultsOf(report)]).toHaveLength(1);
  });

  test('of another kind, it is an attachment', () => {
    const report = read(message(MSH, PID, obr(), obx(), 'OBX|2|ED|X^Courbe^L||^image^png^Base64^iVBORw0KGgo=||||||F'));
    expect(report.sections[0]!.entries[0]!.items).toMatchObject([
      {},
      { kind: 'attachment', mediaType: 'image/png', base64: 'iVBORw0KGgo=' },
    ]);
  });
});

describe('a message made to cost more than it weighs is refused at once', () => {
  test.each([
    ['a million segments', () => oru(1) + 'NTE\r'.repeat(1_000_000), 'segment 4001'],
    ['more orders than anyone asks', () => message(MSH, PID, ...Array.from({ length: 1_001 }, (_, n) => obr({ n }))), 'OBR[1001]-1'],
    ['escapes without end', () => message(MSH, PID, obr(), obx({ type: 'FT', value: '\\'.repeat(1_000_000) })), 'MSH'],
    ['fields without end', () => message(MSH, PID, obr(), `OBX|${'|'.repeat(1_000_000)}`), 'segment 4'],
    ['repetitions without end', () => message(MSH, PID, obr(), obx({ type: 'ST', value: '~'.repeat(1_000_000) })), 'OBX[1]-5'],
  ])('%s', (_, make, at) => {
    expect(() => read(make())).toThrow(refusal('report.hostile', at));
  });
});

describe('what is refused says where', () => {
  test.each([
    ['no patient', message(MSH, obr(), obx()), 'report.unreadable', 'PID'],
    ['two patients', message(MSH, PID, obr(), obx(), PID, obr(), obx()), 'report.unreadable', 'PID[2]'],
    ['no order', message(MSH, PID), 'report.unreadable', 'OBR'],
    ['a result of no order', message(MSH, PID, obx()), 'report.unreadable', 'OBX[1]-1'],
    [
      'no laboratory',
      message(MSH.replace('350000001', 'LBM'), PID, obr(), obx().replace('1350000001^', '^')),
      'report.unreadable',
      'MSH-4',
    ],
    ['an INS without its birthplace', message(MSH, PID.replace('BDL^^99334', 'BDL'), obr(), obx()), 'report.identity-incomplete', 'PID'],
    ['a line that is no segment', message(MSH, PID, 'suite de la ligne', obr(), obx()), 'report.unreadable', 'segment 3'],
    ['two messages in one', oru() + oru(), 'report.unreadable', 'MSH[2]'],
    ['a separator used twice', oru().replace('|^~\\&|', '|^^\\&|'), 'report.unreadable', 'MSH-2'],
    ['no control id', oru().replace('|M000123|', '||'), 'report.unreadable', 'MSH-10'],
    ['an admission', message(MSH.replace('ORU^R01^ORU_R01', 'ADT^A01^ADT_A01'), PID), 'report.not-a-lab-report', 'MSH-9'],
    ['an order', message(MSH.replace('ORU^R01^ORU_R01', 'OML^O21'), PID), 'deposit.unsupported-format', 'MSH-9'],
  ])('%s', (_, text, code, at) => {
    expect(() => read(text)).toThrow(refusal(code, at));
  });
});
