import { FINESS_ROOT, TEMPLATE } from './cda/oids.ts';
import { FACILITY_SYSTEM, formatOf, SETTING_SYSTEM, SETTINGS } from './document-codes.ts';
import type { Coded, LabReport } from './lab-report.ts';

/**
 * In what kind of place a document was made, and in what setting, when it does not say so itself. Nothing is said that nothing tells: of a structure of
 * which only the FINESS is known, that its kind is not defined.
 */
type Placed = Pick<LabReport, 'encounter' | 'code' | 'events' | 'custodian'>;

const BIOLOGY_REPORT = '11502-2';
const setting = (code: string): Coded => ({ code, system: SETTING_SYSTEM, display: SETTINGS[code]! });
const facility = (code: string, display: string): Coded => ({ code, system: FACILITY_SYSTEM, display });
const IN_TOWN = setting('AMBULATOIRE');

/** What the entry of a report of biology says when the report does not: a laboratory in town, a structured CDA. */
export const LABORATORY_IN_TOWN = {
  facilityType: facility('SA25', 'Laboratoire de biologie médicale'),
  practiceSetting: IN_TOWN,
  format: formatOf([TEMPLATE.xdLab, TEMPLATE.crBio], ''),
};

/** Classes of an encounter in an establishment (JDV_J142, JDV_HL7_ActEncounterCode). */
const STAYS: ReadonlySet<string | undefined> = new Set(['IMP', 'ACUTE', 'NONAC', 'EMER', 'SS', 'OBSENC', 'PRENC', 'EXTERNE']);
/** Documents that only an establishment makes (JDV_J07): the letter of a discharge, the report of a stay. */
const OF_A_STAY: ReadonlySet<string | undefined> = new Set(['11490-0', '34112-3']);

const isOfStay = ({ encounter, code }: Placed): boolean => STAYS.has(encounter?.code?.code) || OF_A_STAY.has(code.code);

/** The national number of a structure: by the rank of a professional (ADELI, RPPS), it is the practice of that one. */
const isPractice = ({ custodian: { ids } }: Placed): boolean =>
  ids.some(({ root, extension = '' }) => root === FINESS_ROOT && /^[04]/.test(extension));

/** JDV_J02. */
export function facilityOf(document: Placed): Coded {
  const said = document.encounter?.facility?.code;
  if (said?.code) return plainCode(said);
  if (document.code.code === BIOLOGY_REPORT) return LABORATORY_IN_TOWN.facilityType;
  return isPractice(document) && !isOfStay(document) ? facility('SA07', 'Cabinet individuel') : facility('SA43', 'Secteur non défini');
}

/** Kinds of places of which the setting follows. */
const SETTING_OF: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['SA01', 'SA02', 'SA03', 'SA04', 'SA12', 'SA30', 'SA36', 'SA40'].map((code) => [code, 'ETABLISSEMENT'])),
  ...Object.fromEntries(['SA16', 'SA17', 'SA41'].map((code) => [code, 'ESSMS'])),
};

/** JDV_J04. */
export function settingOf(document: Placed): Coded {
  const [event] = document.events;
  const industry = event?.performer?.organization?.industry;
  if (industry?.code) return plainCode(industry);
  // A laboratory in town works for hospitals too: where its patient is says nothing of where it is.
  if (document.code.code === BIOLOGY_REPORT) return IN_TOWN;
  const ofFacility = SETTING_OF[document.encounter?.facility?.code?.code ?? ''];
  return setting(ofFacility ?? (isOfStay(document) ? 'ETABLISSEMENT' : 'AMBULATOIRE'));
}

/** A code with the words it was said with. */
export function plainCode({ code, system, display, originalText }: Coded): Coded {
  const label = display ?? originalText;
  return { ...(code !== undefined && { code }), ...(system !== undefined && { system }), ...(label !== undefined && { display: label }) };
}
