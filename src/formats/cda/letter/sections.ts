import type { DocumentSection, Statement } from '../../clinical-document.ts';
import type { DischargeLetter, LetterTreatment } from '../../discharge-letter.ts';
import type { Coded, Hl7Time, Identifier, ResultValue } from '../../lab-report.ts';
import { wordsOf } from '../narrate.ts';
import { ADMISSIONS, APPROVED, DISCHARGES, FACTS, HEADINGS, IN_PROGRESS, STATUS } from './codes.ts';
import { allergy, device, observation, planned, treatment } from './entries.ts';
import { cell, day, doseWords, paragraph, rhythm, table } from './narrative.ts';

/** What an empty list says. The reader takes a heading for empty only by these words: another's silence is not « none ». */
export const NONE_SAID = {
  dischargeTreatments: 'Aucun traitement à la sortie',
  plan: 'Aucune suite particulière à donner',
  allergies: 'Aucune allergie identifiée pendant le séjour',
} as const;

type NewId = () => Identifier;

/** The headings of a prepared letter, in the order of the model. */
export function sectionsOf(letter: DischargeLetter, newId: NewId): DocumentSection[] {
  const { results, devices, allergies, stayTreatments } = letter;
  return [
    statusSection(letter, newId),
    section('reason', newId, paragraph(letter.reason)),
    staySection(letter, newId),
    ...(stayTreatments ? [treatmentsSection('stayTreatments', stayTreatments, newId)] : []),
    treatmentsSection('dischargeTreatments', letter.dischargeTreatments, newId),
    ...(results === undefined ? [] : [section('results', newId, paragraph(results))]),
    planSection(letter, newId),
    ...(devices ? [devicesSection(devices, newId)] : []),
    ...(allergies ? [allergiesSection(allergies, newId)] : []),
  ];
}

const section = (heading: keyof typeof HEADINGS, newId: NewId, narrative: string, entries: Statement[] = []): DocumentSection => ({
  templates: [...HEADINGS[heading].templates],
  id: newId(),
  code: HEADINGS[heading].code,
  title: HEADINGS[heading].title,
  narrative,
  entries,
  sections: [],
});

function statusSection({ isApproved, header }: DischargeLetter, newId: NewId): DocumentSection {
  const value = isApproved ? APPROVED : IN_PROGRESS;
  const words = isApproved ? 'Validé' : 'En cours';
  const entry = observation(
    newId(),
    STATUS,
    ['1.2.250.1.213.1.1.3.48.16', '1.2.250.1.213.1.1.3.48.16.1'],
    { type: 'coded', code: value },
    header.createdAt.slice(0, 8),
    { words, ref: 'status' },
  );
  return section('status', newId, table(['Statut du document'], [[cell(words, 'status')]]), [entry]);
}

/** A fact of the stay: what the table prints, and the value of its entry. */
interface Said {
  fact: keyof typeof FACTS;
  title: string;
  words: string;
  value: ResultValue;
  at: Hl7Time | undefined;
}

function factsOf(letter: DischargeLetter): Said[] {
  const { start, end } = letter.header.encounter ?? {};
  const coded = (code: Coded): ResultValue => ({ type: 'coded', code });
  const dated = (at: Hl7Time | undefined, code: Coded) => [day(at), wordsOf(code)].filter(Boolean).join(', ');
  const admission = ADMISSIONS[letter.admission];
  const discharge = DISCHARGES[letter.discharge];
  const { resistantGerms: germs, transfusion, bloodDerivatives: derivatives } = letter;
  return [
    { fact: 'admission', title: "Modalité et date d'entrée", words: dated(start, admission), value: coded(admission), at: start },
    { fact: 'discharge', title: 'Modalité et date de sortie', words: dated(end, discharge), value: coded(discharge), at: end },
    words('synthesis', 'Synthèse médicale', letter.synthesis, end),
    words('adverseEvents', "Évènements indésirables survenus pendant l'hospitalisation", letter.adverseEvents, end),
    yesNo('germsSearched', 'Recherche de micro-organismes multirésistants ou émergents', germs.isSearched, end),
    ...optional('germsFound', 'Micro-organismes multirésistants identifiés', germs.found, end),
    yesNo('transfusion', 'Transfusion de produits sanguins', transfusion.isGiven, end),
    ...optional('transfusionAccidents', 'Accidents transfusionnels', transfusion.accidents, end),
    yesNo('derivatives', 'Administration de dérivés du sang', derivatives.isGiven, end),
    ...optional('derivativesEvents', 'Évènements indésirables suite aux dérivés du sang', derivatives.adverseEvents, end),
  ];
}

const words = (fact: Said['fact'], title: string, text: string, at: Hl7Time | undefined): Said => ({
  fact,
  title,
  words: text,
  value: { type: 'text', text },
  at,
});

const optional = (fact: Said['fact'], title: string, text: string | undefined, at: Hl7Time | undefined): Said[] =>
  text === undefined ? [] : [words(fact, title, text, at)];

const yesNo = (fact: Said['fact'], title: string, isTrue: boolean, at: Hl7Time | undefined): Said => ({
  fact,
  title,
  words: isTrue ? 'Oui' : 'Non',
  value: { type: 'boolean', value: isTrue },
  at,
});

function staySection(letter: DischargeLetter, newId: NewId): DocumentSection {
  const facts = factsOf(letter);
  const rows = facts.map(({ fact, title, words: text }) => [cell(title), cell(text, `stay-${fact}`)]);
  // Words of several lines are read from the narrative, which keeps their line ends.
  const entries = facts.map(({ fact, words: text, value, at }) => {
    const ref = `stay-${fact}`;
    const pointed: ResultValue = value.type === 'text' ? { type: 'text', text, ref } : value;
    return observation(newId(), FACTS[fact].code, [FACTS[fact].template], pointed, at, { words: text, ref });
  });
  return section('stay', newId, table(['Séjour', ''], rows), entries);
}

const TREATMENT_TITLES = ['Début', 'Fin', 'Médicament', 'Dose', 'Rythme', 'Voie', 'Dose maximale', 'Consignes', 'Motif'];

function treatmentsSection(
  heading: 'stayTreatments' | 'dischargeTreatments',
  list: readonly LetterTreatment[],
  newId: NewId,
): DocumentSection {
  if (list.length === 0) {
    return section(heading, newId, paragraph(heading === 'dischargeTreatments' ? NONE_SAID.dischargeTreatments : 'Aucun traitement'));
  }
  const refOf = (i: number) => `${heading === 'dischargeTreatments' ? 'out' : 'stay'}-treatment-${i + 1}`;
  const rows = list.map(({ start, end, name, dose, every, route, maxDose, instructions, reason }, i) => [
    cell(day(start)),
    cell(day(end)),
    cell(name, refOf(i)),
    cell(doseWords(dose)),
    cell(rhythm(every)),
    cell(wordsOf(route)),
    cell(
      maxDose
        ? `${doseWords({ low: maxDose.numerator, high: maxDose.numerator })} ${rhythm(maxDose.denominator).replace('1 fois ', '')}`
        : '',
    ),
    cell(instructions, `${refOf(i)}-how`),
    cell(reason, `${refOf(i)}-why`),
  ]);
  return section(
    heading,
    newId,
    table(TREATMENT_TITLES, rows),
    list.map((each, i) => treatment(each, each.id ?? newId(), refOf(i))),
  );
}

const PLAN_WORDS = { procedure: 'Acte', examination: 'Examen ou suivi', visit: 'Consultation' } as const;

function planSection({ plan }: DischargeLetter, newId: NewId): DocumentSection {
  if (plan.length === 0) return section('plan', newId, paragraph(NONE_SAID.plan));
  const rows = plan.map(({ kind, words: text, at, priority }, i) => [
    cell(PLAN_WORDS[kind]),
    cell(text, `plan-${i + 1}`),
    cell(day(at)),
    cell(wordsOf(priority)),
  ]);
  return section(
    'plan',
    newId,
    table(['Nature', 'À faire', 'Date', 'Priorité'], rows),
    plan.map((each, i) => planned(each, each.id ?? newId(), `plan-${i + 1}`)),
  );
}

function devicesSection(devices: NonNullable<DischargeLetter['devices']>, newId: NewId): DocumentSection {
  const rows = devices.map(({ id, words: text, since }, i) => [
    cell(day(since)),
    cell(text, `device-${i + 1}`),
    cell(id.extension ?? id.root),
  ]);
  return section(
    'devices',
    newId,
    table(['Depuis', 'Dispositif', 'Identifiant'], rows),
    devices.map((each, i) => device(each, `device-${i + 1}`)),
  );
}

function allergiesSection(allergies: NonNullable<DischargeLetter['allergies']>, newId: NewId): DocumentSection {
  if (allergies.length === 0) return section('allergies', newId, paragraph(NONE_SAID.allergies));
  const rows = allergies.map(({ kind, words: text, since }, i) => [cell(wordsOf(kind)), cell(text, `allergy-${i + 1}`), cell(day(since))]);
  return section(
    'allergies',
    newId,
    table(['Type', 'Agent', 'Depuis'], rows),
    allergies.map((each, i) => allergy(each, { concern: newId(), own: each.id ?? newId() }, `allergy-${i + 1}`)),
  );
}
