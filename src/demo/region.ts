import type { Role } from '#access/contract';
import { BIORIVES_CLIENT, HOSPITAL_CLIENT, demoAccounts, NAMED_PROFESSIONALS, NAMED_STRUCTURES, PRACTICE_CLIENT } from './accounts.ts';
import { chance } from './random.ts';
import { demoFiness, demoRpps } from './ids.ts';
import { FAMILY, GIVEN_F, GIVEN_M, village } from './names.ts';

export interface Structure {
  finess: string;
  name: string;
  kind: 'laboratory' | 'hospital' | 'practice' | 'pharmacy' | 'region';
  city: string;
  phone: string;
}

/** How the laboratories of a group print: the same group, the same system, the same habits. */
export interface Group {
  key: 'biorives' | 'grand-pont' | 'cordelane' | 'sources-vives' | 'hospital';
  name: string;
  /** Client of the group's system; each hospital has its own. */
  clientId: string;
  /** Where a mass and a mole form exist: which one is printed, or both as two results. */
  units: 'mole' | 'mass' | 'both';
  /** Haemoglobin in g/L instead of g/dL. */
  hemoglobinPerLitre: boolean;
  /** French spellings (G/L, UI/L) instead of UCUM. */
  spelledUnits: boolean;
  /** One analyte in so many is sent without LOINC, under the local code alone. 0: none. */
  uncodedOneIn: number;
  capitals: boolean;
  /** Reprints the previous value beside the new one. */
  reprintsPrevious: boolean;
  sendsMethods: boolean;
  /** Sends H, L, HH, LL; otherwise the reader has only the interval. */
  sendsFlags: boolean;
  /** Prints names with their accents, unlike the national register. */
  keepsAccents: boolean;
  /** Shift of the reference limits, in percent: laboratories differ a little. */
  intervalShift: number;
}

export interface Laboratory extends Structure {
  kind: 'laboratory';
  /** Two letters on the grid. */
  group: Group;
  clientId: string;
  /** Number among the laboratories: leaf of its OIDs. */
  number: number;
  biologists: readonly Professional[];
}

export interface Professional {
  /** National identifier, prefix 8 included. */
  rpps: string;
  role: Role;
  title?: string;
  given: string;
  family: string;
  /** Profession and speciality (JDV_J01), where CDA wants it. */
  code: { code: string; display: string };
  structure: Structure;
}

export interface Sender {
  clientId: string;
  name: string;
  structures: readonly string[];
}

export interface Region {
  laboratories: readonly Laboratory[];
  hospitals: readonly Structure[];
  structures: readonly Structure[];
  professionals: readonly Professional[];
  /** General practitioners, the first one is that of the sign-in page. */
  doctors: readonly Professional[];
  senders: readonly Sender[];
}

const GROUPS: readonly (Omit<Group, 'key'> & { key: Exclude<Group['key'], 'hospital'>; sites: number; from: number })[] = [
  {
    key: 'biorives',
    keepsAccents: false,
    name: 'BioRives',
    clientId: BIORIVES_CLIENT,
    sites: 20,
    from: 400001,
    units: 'mole',
    hemoglobinPerLitre: false,
    spelledUnits: false,
    uncodedOneIn: 41,
    capitals: false,
    reprintsPrevious: true,
    sendsMethods: true,
    sendsFlags: true,
    intervalShift: 0,
  },
  {
    key: 'grand-pont',
    keepsAccents: true,
    name: 'Laboratoire Grand-Pont',
    clientId: 'lis-grand-pont',
    sites: 16,
    from: 410001,
    units: 'mass',
    hemoglobinPerLitre: false,
    spelledUnits: false,
    uncodedOneIn: 0,
    capitals: false,
    reprintsPrevious: true,
    sendsMethods: true,
    sendsFlags: true,
    intervalShift: 2,
  },
  {
    key: 'cordelane',
    keepsAccents: false,
    name: 'Cordelane Biologie',
    clientId: 'lis-cordelane',
    sites: 14,
    from: 420001,
    units: 'both',
    hemoglobinPerLitre: true,
    spelledUnits: false,
    uncodedOneIn: 12,
    capitals: false,
    reprintsPrevious: false,
    sendsMethods: false,
    sendsFlags: true,
    intervalShift: -2,
  },
  {
    key: 'sources-vives',
    keepsAccents: true,
    name: 'Sources-Vives',
    clientId: 'lis-sources-vives',
    sites: 10,
    from: 430001,
    units: 'mass',
    hemoglobinPerLitre: false,
    spelledUnits: true,
    uncodedOneIn: 5,
    capitals: true,
    reprintsPrevious: false,
    sendsMethods: false,
    sendsFlags: false,
    intervalShift: 3,
  },
];
const HOSPITAL: Group = {
  key: 'hospital',
  keepsAccents: false,
  name: 'Laboratoires hospitaliers',
  clientId: '',
  units: 'mole',
  hemoglobinPerLitre: false,
  spelledUnits: false,
  uncodedOneIn: 25,
  capitals: false,
  reprintsPrevious: false,
  sendsMethods: true,
  sendsFlags: true,
  intervalShift: 1,
};
const HOSPITALS = 7;

const JOBS: readonly { role: Role; count: number; title?: string; code: string; display: string }[] = [
  { role: 'gp', count: 110, title: 'DR', code: 'G15_10/SM26', display: 'Médecin - Qualifié en Médecine Générale (SM)' },
  { role: 'specialist', count: 50, title: 'DR', code: 'G15_10/SM04', display: 'Médecin - Cardiologie et maladies vasculaires (SM)' },
  { role: 'nurse', count: 60, code: 'G15_60', display: 'Infirmier' },
  { role: 'pharmacist', count: 34, code: 'G15_21', display: 'Pharmacien' },
  { role: 'midwife', count: 16, code: 'G15_50', display: 'Sage-femme' },
];
const BIOLOGIST = { code: 'G15_10/SM03', display: 'Médecin - Biologie médicale (SM)' };

/** The whole region, always the same: about 300 professionals, 67 connected laboratories, and one that is not connected yet. */
export function makeRegion(): Region {
  const hospitals = Array.from({ length: HOSPITALS }, (_, i) => hospital(i));
  const laboratories = [...groupLaboratories(), ...hospitals.map(hospitalLaboratory)];
  const practices = Array.from({ length: 40 }, (_, i) => practice(i));
  const pharmacies = Array.from({ length: 20 }, (_, i) => pharmacy(i));
  const staff = JOBS.flatMap((job, j) =>
    Array.from({ length: job.count }, (_, i) => professional(job, j, i, practices, hospitals, pharmacies)),
  );
  const professionals = [...staff, ...laboratories.flatMap((laboratory) => laboratory.biologists)];
  const nurses: Structure = { ...NAMED_STRUCTURES.nurses, kind: 'practice', city: 'Saint-Aubrac', phone: phone(9001) };
  const tilleuls: Structure = { ...NAMED_STRUCTURES.tilleuls, kind: 'laboratory', city: 'Saint-Aubrac', phone: phone(9002) };
  const samples: Structure = { ...NAMED_STRUCTURES.samples, kind: 'laboratory', city: 'Saint-Aubrac', phone: phone(9004) };
  const region: Structure = { ...NAMED_STRUCTURES.region, kind: 'region', city: 'Saint-Aubrac', phone: phone(9003) };
  return {
    laboratories,
    hospitals,
    structures: [...laboratories, ...hospitals, ...practices, ...pharmacies, nurses, tilleuls, samples, region],
    professionals,
    doctors: professionals.filter(({ role }) => role === 'gp'),
    senders: [
      ...makeSenders(laboratories),
      { clientId: HOSPITAL_CLIENT, name: 'Dossiers patients des hôpitaux', structures: hospitals.map(({ finess }) => finess) },
      { clientId: PRACTICE_CLIENT, name: 'Logiciels des cabinets', structures: practices.map(({ finess }) => finess) },
      { clientId: 'lis-samples', name: 'Banc des documents nationaux', structures: [samples.finess] },
    ],
  };
}

/** Numbers of the arc kept for works of fiction by the French regulator (ARCEP): 01 99 00 …, 02 61 91 …, 06 39 98 …. */
const phone = (n: number) => `tel:026191${String(n % 10_000).padStart(4, '0')}`;
const city = (n: number) => village((n * 37) % 400).label;

function hospital(i: number): Structure {
  const place = i === 0 ? 'Saint-Aubrac' : city(i);
  const name = i === 0 ? NAMED_STRUCTURES.hospital.name : `CH de ${place}`;
  return { finess: demoFiness(200001 + i), name, kind: 'hospital', city: place, phone: phone(2000 + i) };
}

function hospitalLaboratory(of: Structure, i: number): Laboratory {
  const number = 61 + i;
  const finess = demoFiness(300001 + i);
  return laboratory(
    { finess, name: `Laboratoire du ${of.name}`, city: of.city, phone: phone(3000 + i) },
    HOSPITAL,
    `lis-ch-${i + 1}`,
    number,
  );
}

function groupLaboratories(): Laboratory[] {
  let number = 0;
  return GROUPS.flatMap(({ sites, from, ...group }, g) =>
    Array.from({ length: sites }, (_, i) => {
      number++;
      const place = i === 0 ? 'Saint-Aubrac' : city(100 * g + i);
      const name = g === 1 && i === 0 ? group.name : `${group.name} ${place}`;
      return laboratory({ finess: demoFiness(from + i), name, city: place, phone: phone(4000 + number) }, group, group.clientId, number);
    }),
  );
}

function laboratory(base: Omit<Structure, 'kind'>, group: Group, clientId: string, number: number): Laboratory {
  const made: Laboratory = { ...base, kind: 'laboratory', group, clientId, number, biologists: [] };
  return { ...made, biologists: [biologist(made)] };
}

function biologist(structure: Laboratory): Professional {
  if (structure.finess === NAMED_STRUCTURES.biorives.finess) {
    return {
      rpps: demoRpps(NAMED_PROFESSIONALS.biologist),
      role: 'biologist',
      title: 'DR',
      given: 'Pierre',
      family: 'ROUX-DEMO',
      code: BIOLOGIST,
      structure,
    };
  }
  return {
    ...person(7000 + structure.number),
    rpps: demoRpps(7000 + structure.number),
    role: 'biologist',
    title: 'DR',
    code: BIOLOGIST,
    structure,
  };
}

function practice(i: number): Structure {
  const place = i === 0 ? 'Saint-Aubrac' : city(300 + i);
  return {
    finess: demoFiness(100001 + (i === 0 ? 0 : i + 10)),
    name: `Cabinet médical de ${place}`,
    kind: 'practice',
    city: place,
    phone: phone(1000 + i),
  };
}

function pharmacy(i: number): Structure {
  const place = i === 0 ? 'Saint-Aubrac' : city(350 + i);
  const name = i === 0 ? NAMED_STRUCTURES.pharmacy.name : `Pharmacie de ${place}`;
  return { finess: demoFiness(500001 + i), name, kind: 'pharmacy', city: place, phone: phone(5000 + i) };
}

function person(n: number): { given: string; family: string } {
  const dice = chance(0, 'professional', n);
  return { given: dice.pick(dice.yes(0.5) ? GIVEN_F : GIVEN_M), family: `${dice.pick(FAMILY)}-DEMO` };
}

function professional(
  job: (typeof JOBS)[number],
  j: number,
  i: number,
  practices: readonly Structure[],
  hospitals: readonly Structure[],
  pharmacies: readonly Structure[],
): Professional {
  const { role, title, code, display } = job;
  const places = role === 'specialist' ? hospitals : role === 'pharmacist' ? pharmacies : practices;
  const base = { role, code: { code, display }, structure: places[i % places.length]!, ...(title && { title }) };
  if (i === 0 && role in NAMED_PROFESSIONALS) {
    const name = demoAccounts.find(({ card }) => card === role)!.principal.name.replace(/^Dr /, '');
    const [given = '', family = ''] = name.split(' ');
    return { ...base, given, family, rpps: demoRpps(NAMED_PROFESSIONALS[role as keyof typeof NAMED_PROFESSIONALS]) };
  }
  return { ...base, ...person(1000 * j + i), rpps: demoRpps(1000 * (j + 1) + i) };
}

function makeSenders(laboratories: readonly Laboratory[]): Sender[] {
  const clients = Map.groupBy(laboratories, ({ clientId }) => clientId);
  return [...clients].map(([clientId, of]) => ({
    clientId,
    name: of[0]!.group.key === 'hospital' ? of[0]!.name : `${of[0]!.group.name}, système du laboratoire`,
    structures: of.map(({ finess }) => finess),
  }));
}
