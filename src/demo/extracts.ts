import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { type Chance, chance } from './random.ts';
import { GIVEN_F, GIVEN_M } from './names.ts';

/**
 * Files of the shape of the public extracts of the national directory, as large as asked for, with nobody who exists: to try an import, and to
 * measure it. Same seed, same files.
 */

const SYLLABLES = [
  'BAR',
  'BEL',
  'BON',
  'BRU',
  'CAR',
  'CHA',
  'CHE',
  'COL',
  'COR',
  'DAN',
  'DE',
  'DU',
  'FA',
  'FER',
  'FON',
  'GAU',
  'GI',
  'GRAN',
  'GUI',
  'HER',
  'JO',
  'LA',
  'LE',
  'LIN',
  'LOU',
  'MAR',
  'MER',
  'MI',
  'MON',
  'MOU',
  'NI',
  'NOR',
  'PA',
  'PER',
  'PI',
  'POI',
  'RE',
  'RI',
  'ROU',
  'SA',
  'SOU',
  'TAN',
  'TER',
  'TO',
  'VAL',
  'VAN',
  'VER',
  'VI',
];
const ENDS = ['ARD', 'AUD', 'AULT', 'AY', 'EAU', 'ELLE', 'ER', 'ET', 'IER', 'IN', 'OIS', 'ON', 'OT', 'OUX', 'Y'];
const TOWN_STARTS = [
  'BEAU',
  'BELLE',
  'CHAMP',
  'CLAIR',
  'FONT',
  'GRAND',
  'HAUTE',
  'LONG',
  'MONT',
  'NEUF',
  'PONT',
  'ROCHE',
  'ROUGE',
  'SAINT-',
  'VAL',
  'VERT',
];
const TOWN_ENDS = ['BOIS', 'BOURG', 'CHAMP', 'FONTAINE', 'LIEU', 'MONT', 'PRE', 'RIVE', 'SOURCE', 'VAL', 'VILLE', 'VILLIERS'];

/** Code and label of profession and speciality (JDV_J01), with how many of a hundred. */
const PROFESSIONS = [
  { share: 22, profession: ['10', 'Médecin'], speciality: ['SM54', 'Médecine Générale'], title: 'DR' },
  { share: 4, profession: ['10', 'Médecin'], speciality: ['SM04', 'Cardiologie et maladies vasculaires'], title: 'DR' },
  { share: 3, profession: ['10', 'Médecin'], speciality: ['SM16', 'Gynécologie-obstétrique'], title: 'DR' },
  { share: 2, profession: ['10', 'Médecin'], speciality: ['SM24', 'Gastro-entérologie et hépatologie'], title: 'DR' },
  { share: 2, profession: ['10', 'Médecin'], speciality: ['SM36', 'Néphrologie'], title: 'DR' },
  { share: 2, profession: ['10', 'Médecin'], speciality: ['SM03', 'Biologie médicale'], title: 'DR' },
  { share: 8, profession: ['21', 'Pharmacien'], speciality: ['', ''], title: '' },
  { share: 6, profession: ['40', 'Chirurgien-Dentiste'], speciality: ['', ''], title: 'DR' },
  { share: 4, profession: ['50', 'Sage-Femme'], speciality: ['', ''], title: '' },
  { share: 47, profession: ['60', 'Infirmier'], speciality: ['', ''], title: '' },
] as const;

const PRACTICE_HEADER = [
  "Type d'identifiant PP",
  'Identifiant PP',
  'Identification nationale PP',
  "Code civilité d'exercice",
  "Nom d'exercice",
  "Prénom d'exercice",
  'Code profession',
  'Libellé profession',
  'Code savoir-faire',
  'Libellé savoir-faire',
  'Code mode exercice',
  'Numéro SIRET site',
  'Numéro FINESS site',
  'Identifiant technique de la structure',
  'Raison sociale site',
  'Enseigne commerciale site',
  'Numéro Voie (coord. structure)',
  'Libellé type de voie (coord. structure)',
  'Libellé Voie (coord. structure)',
  'Code postal (coord. structure)',
  'Libellé commune (coord. structure)',
  'Téléphone (coord. structure)',
  'Code Département (structure)',
];
const MAILBOX_HEADER = [
  'Type de BAL',
  'Adresse BAL',
  'Type Identifiant PP',
  'Identifiant PP',
  'Identification nationale PP',
  'Type identifiant structure',
  'Identification Structure',
  'Service de rattachement',
  'Dématérialisation',
  'Raison Sociale structure BAL',
];

export interface ExtractSizes {
  seed: number;
  /** Lines of the file of practices; there are about half as many addresses, and one place in four lines. */
  lines: number;
}

/** Writes the two files in a folder. @returns their names */
export async function writeExtracts(folder: string, { seed, lines }: ExtractSizes): Promise<{ practices: string; mailboxes: string }> {
  mkdirSync(folder, { recursive: true });
  const practices = join(folder, 'PS_LibreAcces_Personne_activite.txt');
  const mailboxes = join(folder, 'Extraction_Correspondance_MSSante.txt');
  await writeLines(practices, PRACTICE_HEADER, lines, (i) => practiceLine(seed, i, lines));
  await writeLines(mailboxes, MAILBOX_HEADER, Math.floor(lines / 2), (i) => mailboxLine(seed, i, lines));
  return { practices, mailboxes };
}

const BLOCK = 5_000;

async function writeLines(file: string, header: readonly string[], count: number, lineOf: (i: number) => string): Promise<void> {
  const out = createWriteStream(file);
  out.write(`${header.join('|')}|\n`);
  for (let from = 0; from < count; from += BLOCK) {
    const block = Array.from({ length: Math.min(BLOCK, count - from) }, (_, i) => lineOf(from + i)).join('\n');
    if (!out.write(`${block}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** Three lines of four are of a new person, the fourth is a second place of the one before. */
const personOf = (i: number): number => (i % 4 === 3 ? i - 1 : i);

function who(seed: number, person: number) {
  const draw = chance(seed, 'extract', person);
  const family = `${draw.pick(SYLLABLES)}${draw.yes(0.4) ? draw.pick(SYLLABLES) : ''}${draw.pick(ENDS)}-ESSAI`;
  const given = draw.pick(draw.yes(0.6) ? GIVEN_F : GIVEN_M);
  return { rpps: `899${String(person).padStart(9, '0')}`, family, given, ...professionOf(draw) };
}

function professionOf(draw: Chance) {
  let left = draw.int(0, 99);
  return PROFESSIONS.find(({ share }) => (left -= share) < 0) ?? PROFESSIONS[0];
}

function place(seed: number, i: number, lines: number) {
  const number = chance(seed, 'place-of', i).int(0, Math.floor(lines / 4));
  const draw = chance(seed, 'place', number);
  const department = String(draw.int(1, 95)).padStart(2, '0');
  const town = `${draw.pick(TOWN_STARTS)}${draw.pick(TOWN_ENDS)}`;
  const hasFiness = draw.yes(0.3);
  return {
    department,
    town,
    postalCode: `${department}${String(draw.int(0, 99) * 10).padStart(3, '0')}`,
    finess: hasFiness ? `${department}9${String(number % 1_000_000).padStart(6, '0')}` : '',
    technicalId: `R1000${String(number).padStart(9, '0')}`,
    name: hasFiness ? `CENTRE HOSPITALIER ESSAI DE ${town}` : `CABINET ESSAI ${draw.pick(SYLLABLES)}${draw.pick(ENDS)}`,
    street: [String(draw.int(1, 180)), draw.pick(['Rue', 'Avenue', 'Place']), `des ${draw.pick(TOWN_ENDS)}S`] as const,
  };
}

function practiceLine(seed: number, i: number, lines: number): string {
  const { rpps, family, given, profession, speciality, title } = who(seed, personOf(i));
  const { department, town, postalCode, finess, technicalId, name, street } = place(seed, i, lines);
  const fields = [
    '8',
    rpps.slice(1),
    rpps,
    title,
    family,
    given,
    ...profession,
    ...speciality,
    'L',
    '',
    finess,
    technicalId,
    name,
    '',
    ...street,
  ];
  return [...fields, postalCode, town, '', department, ''].join('|');
}

/** Nine addresses of ten are of a person, the tenth of an organisation. */
function mailboxLine(seed: number, i: number, lines: number): string {
  const person = personOf(Math.floor((i / Math.max(1, Math.floor(lines / 2))) * lines));
  const { rpps, family, given } = who(seed, person);
  const { finess, technicalId, name } = place(seed, person, lines);
  if (i % 10 === 9)
    return [
      'ORG',
      `secretariat.${i}@essai.mssante.example`,
      '',
      '',
      '',
      'FINESS',
      finess || technicalId,
      'Secrétariat',
      'O',
      name,
      '',
    ].join('|');
  const local = `${given}.${family}.${i}`
    .normalize('NFD')
    .replace(/[^\w.-]/g, '')
    .toLowerCase();
  return ['PER', `${local}@essai.mssante.example`, '8', rpps.slice(1), rpps, '', '', '', 'O', '', ''].join('|');
}
