import { attribute, child, children, NONE } from '#kernel';
import { FACTS, HEADINGS, LETTER_MODEL } from '../letter/codes.ts';
import { LOINC, TEMPLATE } from '../oids.ts';
import type { Reading } from '../reading.ts';
import { V } from '../vocabulary.ts';
import { all, has, isStructured, type Rule, templatesOf, valueIn, when } from './rule.ts';

const SIMPLE_OBSERVATION = '1.3.6.1.4.1.19376.1.5.3.1.4.13';
const STAY = '1.3.6.1.4.1.19376.1.7.3.1.1.13.7';

const claims = (r: Reading, root: string) => all(r, V.templateId).some((n) => attribute(r.tape, n, V.root) === root);

/** A heading that the model wants, told by its template wherever it stands. */
const heading = (id: string, fr: string, en: string, template: string): Rule => ({
  id,
  severity: 'error',
  message: { fr: `La rubrique « ${fr} » est absente.`, en: `The heading "${en}" is missing.` },
  remedy: { fr: `Ajouter la section ${template}.`, en: `Add the section ${template}.` },
  broken: (r, d) => when(isStructured(r, d) && !claims(r, template), d),
});

const stayOf = (r: Reading) => all(r, V.section).filter((n) => templatesOf(r, n).has(STAY));

const observationsOf = (r: Reading, section: number): number[] =>
  children(r.tape, section, V.entry)
    .map((entry) => child(r.tape, entry, V.observation))
    .filter((n) => n !== NONE);

const says = (r: Reading, section: number, code: string | undefined) =>
  observationsOf(r, section).some((n) => valueIn(r, n, V.code, V.code) === code && has(r, n, V.value));

/** A fact that the synthesis of the stay has to tell. */
const fact = (id: string, severity: Rule['severity'], fr: string, en: string, key: keyof typeof FACTS): Rule => ({
  id,
  severity,
  message: { fr: `La synthèse du séjour ne dit pas : ${fr}.`, en: `The synthesis of the stay does not tell: ${en}.` },
  remedy: {
    fr: `Ajouter l’observation ${FACTS[key].code.code} (${FACTS[key].template}), et sa valeur.`,
    en: `Add the observation ${FACTS[key].code.code} (${FACTS[key].template}) with its value.`,
  },
  broken: (r) => stayOf(r).filter((section) => !says(r, section, FACTS[key].code.code)),
});

/** Codes that the national checks take in the synthesis of the stay: observations of four templates are left out of that check. */
const CHECKED = new Set(
  [FACTS.admission, FACTS.discharge, FACTS.synthesis, FACTS.germsSearched, FACTS.transfusion, FACTS.derivatives].map(
    ({ code }) => code.code,
  ),
);
const UNCHECKED = [FACTS.transfusionAccidents, FACTS.adverseEvents, FACTS.derivativesEvents, FACTS.germsFound].map(
  ({ template }) => template,
);

/**
 * The discharge letter (LDL-SES 2022.01). Errors are what the national checks refuse; warnings, what article R.1112-1-2 of the Code
 * de la santé publique wants said and the model leaves optional.
 */
export const LETTER_RULES: readonly Rule[] = [
  {
    id: 'D01',
    severity: 'error',
    message: {
      fr: 'Les modèles déclarés (templateId) ne sont pas ceux d’une lettre de liaison à la sortie.',
      en: 'The templates claimed (templateId) are not those of a discharge letter.',
    },
    remedy: {
      fr: 'Déclarer HL7 France, structuration minimale, puis 1.2.250.1.213.1.1.1.29 en dernier.',
      en: 'Claim HL7 France, minimal structure, then 1.2.250.1.213.1.1.1.29 last.',
    },
    broken: (r, d) => {
      const roots = children(r.tape, d, V.templateId).map((n) => attribute(r.tape, n, V.root));
      const isRight = roots.includes(TEMPLATE.hl7France) && roots.includes(TEMPLATE.minimalStructure) && roots.at(-1) === LETTER_MODEL;
      return when(isStructured(r, d) && !isRight, d);
    },
  },
  {
    id: 'D02',
    severity: 'error',
    message: { fr: 'Le type du document n’est pas dans LOINC.', en: 'The type of the document is not in LOINC.' },
    remedy: { fr: 'Écrire code 11490-0, codeSystem 2.16.840.1.113883.6.1.', en: 'Write code 11490-0, codeSystem 2.16.840.1.113883.6.1.' },
    broken: (r, d) => when(valueIn(r, d, V.code, V.codeSystem) !== LOINC, d),
  },
  {
    id: 'D03',
    severity: 'error',
    message: { fr: 'La date de naissance du patient est absente.', en: 'The birth date of the patient is missing.' },
    remedy: { fr: 'Donner birthTime.', en: 'Give birthTime.' },
    broken: (r, d) => {
      const patient = child(r.tape, child(r.tape, child(r.tape, d, V.recordTarget), V.patientRole), V.patient);
      return when(!has(r, patient, V.birthTime), d);
    },
  },
  {
    id: 'D04',
    severity: 'error',
    message: { fr: 'Les dates du séjour (documentationOf) sont absentes.', en: 'The dates of the stay (documentationOf) are missing.' },
    remedy: { fr: 'Donner effectiveTime à serviceEvent : début et fin.', en: 'Give serviceEvent its effectiveTime: start and end.' },
    broken: (r, d) => {
      const events = children(r.tape, d, V.documentationOf).map((n) => child(r.tape, n, V.serviceEvent));
      return when(!events.some((n) => has(r, n, V.effectiveTime)), d);
    },
  },
  heading('D05', 'Statut du document', 'status of the document', HEADINGS.status.templates[1]?.root ?? ''),
  heading('D06', 'Motif de l’hospitalisation', 'reason of the stay', HEADINGS.reason.templates[0]?.root ?? ''),
  heading('D07', 'Synthèse médicale du séjour', 'synthesis of the stay', STAY),
  heading('D08', 'Traitements à la sortie', 'treatments at discharge', HEADINGS.dischargeTreatments.templates[0]?.root ?? ''),
  {
    id: 'D09',
    severity: 'error',
    message: {
      fr: 'Une observation de la synthèse du séjour a un code que le modèle ne connaît pas.',
      en: 'An observation of the synthesis of the stay has a code that the model does not know.',
    },
    remedy: {
      fr: 'Codes attendus : ORG-070, ORG-074, MED-142, MED-309, MED-145, MED-147.',
      en: 'Codes expected: ORG-070, ORG-074, MED-142, MED-309, MED-145, MED-147.',
    },
    broken: (r) =>
      stayOf(r)
        .flatMap((section) => observationsOf(r, section))
        .filter((n) => {
          const templates = templatesOf(r, n);
          const isChecked = templates.has(SIMPLE_OBSERVATION) && !UNCHECKED.some((template) => templates.has(template));
          return isChecked && !CHECKED.has(valueIn(r, n, V.code, V.code));
        }),
  },
  fact('D10', 'error', 'la modalité d’entrée', 'how the patient came in', 'admission'),
  fact('D11', 'error', 'la modalité de sortie', 'how the patient left', 'discharge'),
  fact('D12', 'error', 'la synthèse médicale', 'the medical synthesis', 'synthesis'),
  fact('D13', 'error', 'la recherche de micro-organismes multirésistants', 'whether resistant germs were looked for', 'germsSearched'),
  fact('D14', 'error', 'la transfusion de produits sanguins', 'whether blood was given', 'transfusion'),
  fact('D15', 'error', 'l’administration de dérivés du sang', 'whether medicines made from blood were given', 'derivatives'),
  fact('D16', 'warning', 'les évènements indésirables', 'adverse events', 'adverseEvents'),
  { ...heading('D17', 'Suites à donner', 'care to come', '1.2.250.1.213.1.1.2.158'), severity: 'warning' },
];
