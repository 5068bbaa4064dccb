/** Messages of an invented laboratory about an invented patient, as HL7 v2.5 text; segments end with CR. */

/** Segments joined as a sender does. */
export const message = (...segments: string[]): string => segments.map((segment) => `${segment}\r`).join('');

export const MSH = 'MSH|^~\\&|SIL-DEMO|350000001|CIGOGNE|REGION|20250314113500+0100||ORU^R01^ORU_R01|M000123|T|2.5|||||FRA|UNICODE UTF-8';
export const PID =
  'PID|1||IPP00042^^^LBM-DEMO&1.2.250.1.999.1.1&ISO^PI~255069933412305^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS||' +
  'ESSAI^LUCIE^LUCIE ANNE^^MME^^L~ESSAI-DEMO^LUCIE^^^^^D||19550612|F|||3 rue des Essais^^RENNES^^35000^FRA^H~^^FICTIVILLE^^^^BDL^^99334||' +
  '0600000001^PRN^CP|||||||||||||||||||VALI';
export const PV1 = 'PV1|1|O|||||||||||||||||VEN-778^^^LBM-DEMO&1.2.250.1.999.1.6&ISO^VN';
export const ORC = 'ORC|RE|ORD-2025-77^DPI-DEMO|DEM-2025-4411^SIL-DEMO';

/** An order: its number, what is asked, its section and its status. */
export const obr = ({
  n = 1,
  asked = '18719-5^Biochimie^LN',
  section = 'CH',
  status = 'F',
  parent = '',
  filler = 'DEM-2025-4411^SIL-DEMO',
} = {}): string =>
  `OBR|${n}|ORD-2025-77^DPI-DEMO|${filler}|${asked}|||20250314080500+0100|||||||20250314081000+0100||` +
  `899700000003^PRESCRIPTRICE-DEMO^PAULE^^^DR^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS||||||20250314113000+0100||${section}|${status}|${parent}`;

const VALIDATOR = '899700000002^VALIDEUR-DEMO^MAX^^^DR^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS';

/** A line: everything may be replaced, the rest is that of a plain final number. */
export const obx = ({
  n = 1,
  type = 'NM',
  code = '14749-6^Glucose^LN^GLY^Glycémie^LBM',
  sub = '',
  value = '7.20',
  unit = 'mmol/L^^UCUM',
  range = '4.1-6.1',
  flag = 'H',
  status = 'F',
} = {}): string =>
  `OBX|${n}|${type}|${code}|${sub}|${value}|${unit}|${range}|${flag}|||${status}|||20250314080500+0100|1350000001^LBM DEMO des Tilleuls|${VALIDATOR}`;

export const SPM = 'SPM|1|^TUBE-001&LBM-DEMO&1.2.250.1.999.1.5&ISO||SER^Sérum^HL70487|||||||||||||20250314080500+0100|20250314081000+0100';

/** A whole chemistry message of `results` lines. */
export const oru = (results = 2): string =>
  message(
    MSH,
    PID,
    PV1,
    ORC,
    obr(),
    ...Array.from({ length: results }, (_, n) =>
      obx({ n: n + 1, code: `${10_000 + n}-${n % 10}^Analyte numéro ${n}^LN^A${n}^Analyte ${n}^LBM`, value: `${n + 1}.${n % 7}0` }),
    ),
    SPM,
  );
