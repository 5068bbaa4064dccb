import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { message, MSH, obr, obx, PID } from '../../../test/support/oru-message.ts';
import { dischargeLetter } from '../../../test/support/discharge-letter.ts';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { writeDischargeLetter } from '../cda/letter/write.ts';
import { writeCda } from '../cda/write.ts';
import { readClinicalDocument } from '../read-clinical-document.ts';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';
import type { AdtMessage, DocumentMessage } from './message.ts';
import { readHl7Message } from './read-message.ts';

const read = (text: string) => readHl7Message(Buffer.from(text));
const refusal = (code: string, at?: string) => expect.objectContaining({ name: 'Refusal', code, ...(at !== undefined && { at }) });
const typed = (type: string) => MSH.replace('ORU^R01^ORU_R01', type).replace('|350000001|', '|CHU-DEMO|');

describe('an admission', () => {
  const adt = (...more: string[]) =>
    read(message(typed('ADT^A01^ADT_A01'), 'EVN||20250314113400||||20250314110000', PID, ...more)) as AdtMessage;

  test('tells who, by which numbers, and how sure the hospital is', () => {
    const { event, happenedAt, patient, identifiers, reliability } = adt();
    expect({ event, happenedAt, reliability }).toEqual({ event: 'A01', happenedAt: '20250314110000', reliability: ['VALI'] });
    expect(patient.birthFamily).toBe('ESSAI');
    expect(identifiers.map(({ type, extension }) => [type, extension])).toEqual([
      ['PI', 'IPP00042'],
      ['INS', '255069933412305'],
    ]);
  });

  test('tells the stay, the movement and what the patient consents to', () => {
    const { visit, movement, consents, insCollection } = adt(
      `PV1|1|I|NEPHRO^12^A^CHU-DEMO&350000002&M${'|'.repeat(16)}V-1^^^CHU-DEMO&350000002&M^VN${'|'.repeat(25)}20250314110000`,
      'ZBE|312^CHU-DEMO^350000002|20250314110000||INSERT|N||Néphrologie^^^^^CHU-DEMO&350000002&M^UF^^^6268||HMS',
      'ZFA|ACTIF|20240306|||||||INO|20240306|INC|20240307',
      'ZFD|||||INSI',
      'CON|1|001||||||||W|A||20250301|20250302|20260301',
    );
    expect(visit).toMatchObject({
      class: 'I',
      ward: 'NEPHRO',
      room: '12',
      bed: 'A',
      admittedAt: '20250314110000',
      ids: [{ extension: 'V-1' }],
    });
    expect(movement).toMatchObject({
      action: 'INSERT',
      isHistoric: false,
      medicalUnit: { name: 'Néphrologie', code: '6268' },
      nature: 'HMS',
    });
    expect(insCollection).toBe('INSI');
    expect(consents).toEqual([
      { kind: 'con', type: '001', mode: 'W', status: 'A', decidedAt: '20250301', from: '20250302', until: '20260301' },
      {
        kind: 'dmp',
        state: 'ACTIF',
        stateAt: '20240306',
        feeding: 'INO',
        feedingAt: '20240306',
        consultation: 'INC',
        consultationAt: '20240307',
      },
    ]);
  });

  test('tells a trait that is no more from a trait that was not given', () => {
    const update = read(message(typed('ADT^A08^ADT_A01'), PID.replace('0600000001^PRN^CP', '""'))) as AdtMessage;
    expect(update.cleared).toEqual(['telecoms']);
    expect(update.patient.telecoms).toBeUndefined();
    expect(adt().cleared).toEqual([]);
  });

  test('a number of a domain has the same root whoever sends it, a bare local name only within its structure', () => {
    const rootFrom = (facility: string, authority: string) => {
      const told = read(
        message(typed('ADT^A04').replace('CHU-DEMO', facility), PID.replace('LBM-DEMO&1.2.250.1.999.1.1&ISO', authority)),
      ) as AdtMessage;
      return told.identifiers[0]!.root;
    };
    expect(rootFrom('A', 'CHU&350000002&M')).toBe(rootFrom('B', 'CHU&350000002&N'));
    expect(rootFrom('A', 'LABO')).not.toBe(rootFrom('B', 'LABO'));
    expect(rootFrom('A', 'LABO')).toMatch(/^2\.25\.\d+$/);
  });

  test('an event that is not read is refused, never taken for another', () => {
    expect(() => read(message(typed('ADT^A11'), PID))).toThrow(refusal('deposit.unsupported-format', 'MSH-9'));
  });
});

describe('a merge of two local identities (A40)', () => {
  const kept = 'PID|1||IPP00042^^^CHU-DEMO&350000002&M^PI||ESSAI^LUCIE^^^^^L||19550612|F';
  const merge = (...segments: string[]) => read(message(typed('ADT^A40^ADT_A39'), ...segments)) as AdtMessage;

  test('says which number stays and which is given up', () => {
    const { merges } = merge(kept, 'MRG|IPP00007^^^CHU-DEMO&350000002&M^PI');
    expect(merges.map(({ identifiers, prior }) => [identifiers[0]!.extension, prior.map(({ extension }) => extension)])).toEqual([
      ['IPP00042', ['IPP00007']],
    ]);
    expect(merges[0]!.prior[0]!.root).toBe(merges[0]!.identifiers[0]!.root);
  });

  test('may hold several pairs, each with its own', () => {
    const { merges } = merge(kept, 'MRG|1^^^X', kept.replace('IPP00042', 'IPP00043'), 'MRG|2^^^X~3^^^X');
    expect(merges.map(({ prior }) => prior.length)).toEqual([1, 2]);
  });

  test.each([
    ['no MRG', [kept]],
    ['an MRG that gives up nothing', [kept, 'MRG|""']],
    ['an MRG before any patient', ['MRG|1^^^X', kept]],
    ['a patient without MRG', [kept, 'MRG|1^^^X', kept]],
  ])('with %s is refused', (_, segments) => {
    expect(() => merge(...segments)).toThrow(refusal('report.unreadable'));
  });
});

describe('a document inside a message', () => {
  const cda = Buffer.from(writeCda(chemistryReport(3))).toString('base64');
  const ed = (base64: string, status = 'F', n = 1) => `OBX|${n}|ED|11502-2^CR^LN||^TEXT^XML^Base64^${base64}||||||${status}`;
  const flag = (name: string, said: string) => `OBX|9|CE|${name}^x^MetaDMPMSS||${said}^^expandedYes-NoIndicator||||||F`;

  test('in CDA it is the report, with its narrative and its results', () => {
    const report = readLabReport(Buffer.from(message(MSH, PID, 'ORC|NW', obr(), ed(cda), flag('DESTDMP', 'Y'))), 'application/hl7-v2');
    expect(report.format).toBe('cda-cr-bio');
    expect([...resultsOf(report)]).toHaveLength(3);
  });

  test('says where it has to go and who may not see it', () => {
    const told = read(
      message(
        MSH,
        PID,
        'ORC|NW',
        obr(),
        ed(cda),
        'PRT||UC||RCT^^participation|899700000003^PRESCRIPTRICE-DEMO^PAULE^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS||||||||||^^X.400^paule@demo.mssante.test',
        flag('MASQUE_PS', 'N'),
        flag('INVISIBLE_PATIENT', 'Y'),
        'OBX|8|ED|CORPSMAIL_PS^x^MetaDMPMSS||^TEXT^^Base64^Qm9uam91cg==||||||F',
      ),
    ) as DocumentMessage;
    expect(told.routing).toMatchObject({
      flags: { MASQUE_PS: false, INVISIBLE_PATIENT: true },
      recipients: [{ address: 'paule@demo.mssante.test', idType: 'IDNPS', name: { family: 'PRESCRIPTRICE-DEMO' } }],
      mailToProfessional: 'Bonjour',
    });
  });

  const deposit =
    (...segments: string[]) =>
    () =>
      readLabReport(Buffer.from(message(...segments)));

  describe('a letter in MDM^T02', () => {
    const letter = writeDischargeLetter(dischargeLetter());
    const mdm = (event: string, pid = PID, status = 'F') =>
      Buffer.from(
        message(
          MSH.replace('ORU^R01^ORU_R01', `MDM^${event}^MDM_T02`),
          pid,
          'TXA|1|34105-7|TEXT',
          `OBX|1|ED|34105-7^Lettre^LN||^TEXT^XML^Base64^${Buffer.from(letter).toString('base64')}||||||${status}`,
        ),
      );

    test('is the letter, as it is when it comes alone', () => {
      expect(readClinicalDocument(mdm('T02'), 'application/hl7-v2')).toEqual(readClinicalDocument(Buffer.from(letter)));
      expect(readClinicalDocument(mdm('T10', PID, 'C'))).toEqual(readClinicalDocument(Buffer.from(letter)));
    });

    test('about another patient than the message, or withdrawn, is refused', () => {
      const other = PID.replace(/\d{15}/, '279035121518989');
      expect(() => readClinicalDocument(mdm('T02', other))).toThrow(refusal('report.unreadable', 'PID-3'));
      expect(() => readClinicalDocument(mdm('T04', PID, 'D'))).toThrow(refusal('report.unreadable', 'ORC-1'));
      expect(() => readClinicalDocument(Buffer.from(message(MSH, PID, obr(), obx())))).toThrow(refusal('report.not-a-lab-report', 'MSH-9'));
    });
  });

  test('about another patient than the message is refused', () => {
    const other = PID.replace('255069933412305', '279035121518989');
    expect(deposit(MSH, other, obr(), ed(cda))).toThrow(refusal('report.unreadable', 'PID-3'));
  });

  test('a withdrawal is never taken for a report, and contradictory orders are refused', () => {
    expect(deposit(MSH, PID, 'ORC|CA', obr(), ed(cda, 'D'))).toThrow(refusal('report.unreadable', 'ORC-1'));
    expect(deposit(MSH, PID, 'ORC|NW', obr(), ed(cda, 'C'))).toThrow(refusal('report.unreadable', 'OBX[1]-11'));
  });

  test('what is wrong inside says in which document', () => {
    expect(deposit(MSH, PID, obr(), ed(Buffer.from('<a/>').toString('base64')))).toThrow(
      refusal('report.not-a-lab-report', 'OBX (document 1)-5 /a'),
    );
    expect(deposit(MSH, PID, obr(), ed('%%%'))).toThrow(refusal('report.unreadable', 'OBX[1]-5'));
  });

  test('the same report as a PDF beside it gives its PDF', () => {
    const pdf = 'OBX|2|ED|11502-2^CR^LN||^application^pdf^Base64^JVBERi0xLjQK||||||F';
    expect(readLabReport(Buffer.from(message(MSH, PID, obr(), ed(cda), pdf))).pdf).toEqual({ base64: 'JVBERi0xLjQK' });
  });
});

describe('an answer', () => {
  const header = MSH.replace('ORU^R01^ORU_R01', 'ACK^R01^ACK');

  test('says which message it answers, and what is wrong at which place', () => {
    expect(read(message(header, 'MSA|AE|M1', 'ERR||OBX^3^5|102^Data type error^HL70357|E||||Valeur illisible'))).toMatchObject({
      kind: 'ack',
      code: 'AE',
      answers: 'M1',
      errors: [{ at: 'OBX[3]-5', code: '102', text: 'Valeur illisible' }],
    });
    expect(() => read(message(header, 'MSA|AA'))).toThrow(refusal('report.unreadable', 'MSA'));
  });

  test('of the mail or the national record says what became of a document', () => {
    const zam = MSH.replace('ORU^R01^ORU_R01', 'ZAM^Z02^ZAM_Z01');
    const said = 'OBX|1|CWE|ACK_RECEPTION_MSS^x^AckMetierZAM|M1|Y^^expandedYes-NoIndicator||||||F';
    const box = 'OBX|2|XTN|DESTINATAIRE_MSS^x^AckMetierZAM|899700000003|^^X.400^paule@demo.mssante.test||||||F';
    expect(read(message(zam, 'EVN||20250314', said, box))).toMatchObject({
      kind: 'zam',
      event: 'Z02',
      about: 'M1',
      isPositive: true,
      mailbox: { address: 'paule@demo.mssante.test', ofId: '899700000003' },
    });
    expect(() => read(message(zam, said.replace('|M1|Y', '|M1|')))).toThrow(refusal('report.unreadable', 'OBX[1]'));
  });

  test('a result that is no message at all is refused', () => {
    expect(() => read(obx())).toThrow(refusal('report.unreadable', 'MSH'));
  });
});

const SAMPLES = '../shared/samples/hl7v2';
const KINDS = {
  'ACK_R01.hl7': 'ack',
  'ADT_A01_admission_SGL.er7': 'adt',
  'ADT_A01_ZFA_NonRecueillieConsentementConsultation_NonRecueillieOppositionAlimentation.er7': 'adt',
  'ADT_A03_sortie_SGL.er7': 'adt',
  'MDM_T02_CR-RADIO_INIT_stub_v2.0.er7': 'document',
  'MDM_T02_LPS-from-MSS_CR-RADIO_INIT.er7': 'document',
  'MDM_T04_CR-RADIO_DEL_stub_v2.0.er7': 'document',
  'MDM_T10_CR-RADIO_RPLC_stub_v2.0.er7': 'document',
  'ORU_R01_CR-BIO_DEL_stub_v2.1.er7': 'document',
  'ORU_R01_CR-BIO_INIT_N1_N3_stub_v2.1.hl7': 'document',
  'ORU_R01_CR-BIO_RPLC_stub_v2.1.er7': 'document',
  'ZAM_Z01_reception_DMP.er7': 'zam',
  'ZAM_Z03_lecture_MSS.er7': 'zam',
};

if (!existsSync(SAMPLES)) console.warn(`${SAMPLES} is not there: the national examples are not read`);

describe.skipIf(!existsSync(SAMPLES))('the national examples', () => {
  test.each(Object.entries(KINDS))('%s is read as %s', (name, kind) => {
    expect(readHl7Message(readFileSync(`${SAMPLES}/${name}`)).kind).toBe(kind);
  });

  test('the report carried in CDA is read whole', () => {
    const report = readLabReport(readFileSync(`${SAMPLES}/ORU_R01_CR-BIO_INIT_N3_v2.1.hl7`));
    expect([...resultsOf(report)].length).toBeGreaterThan(40);
  });
});
