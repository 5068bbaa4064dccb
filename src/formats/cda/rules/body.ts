import { attribute, child, children, firstChild, keyOf, nextSibling, NONE, parentOf, textOf } from '#kernel';
import { INTERPRETATION, LOINC, PDF_COPY_CODE, TEMPLATE } from '../oids.ts';
import type { Reading } from '../reading.ts';
import { V, XSI_TYPE } from '../vocabulary.ts';
import { all, bodyOf, count, has, isStructured, isUnder, type Rule, templatesOf, topSections, valueIn, when } from './rule.ts';

const TOP_SECTIONS: readonly string[] = [
  TEMPLATE.chapterFr,
  TEMPLATE.secondIntention,
  TEMPLATE.commentSection,
  TEMPLATE.reason,
  TEMPLATE.vaccinations,
  TEMPLATE.pdfCopy,
];
const OBSERVATION = '1.2.250.1.213.1.1.3.80';
const ACT = '1.2.250.1.213.1.1.3.21';
const SPECIMEN = '1.2.250.1.213.1.1.3.77';

const sectionsOf = (r: Reading, template: string) => all(r, V.section).filter((n) => templatesOf(r, n).has(template));
const resultsOf = (r: Reading) => all(r, V.observation).filter((n) => templatesOf(r, n).has(OBSERVATION));
const actsOf = (r: Reading) =>
  all(r, V.entry)
    .filter((n) => templatesOf(r, n).has(ACT))
    .map((n) => child(r.tape, n, V.act));
const status = (r: Reading, n: number) => valueIn(r, n, V.statusCode, V.code) ?? '';
const isRelated = (r: Reading, n: number, type: string) => attribute(r.tape, n, V.typeCode) === type;

/** Body of a laboratory report (CR-BIO 2024.01, IHE XD-LAB). */
export const BODY_RULES: readonly Rule[] = [
  {
    id: 'S01',
    severity: 'error',
    message: {
      fr: 'Une section de premier niveau n’est pas de celles du modèle.',
      en: 'A section of the first level is not one of the model’s.',
    },
    remedy: {
      fr: 'Chapitre, deuxième intention, commentaire, raison, vaccinations ou copie PDF : corriger les templateId.',
      en: 'Chapter, second intention, comment, reason, vaccinations or PDF copy: correct the templateIds.',
    },
    broken: (r, d) => topSections(r, d).filter((n) => !TOP_SECTIONS.some((template) => templatesOf(r, n).has(template))),
  },
  {
    id: 'S02',
    severity: 'error',
    message: { fr: 'Le compte rendu n’a aucun chapitre.', en: 'The report has no chapter.' },
    remedy: { fr: 'Ajouter au moins un chapitre de discipline.', en: 'Add at least one chapter of a discipline.' },
    broken: (r, d) => when(isStructured(r, d) && sectionsOf(r, TEMPLATE.chapterFr).length === 0, d),
  },
  {
    id: 'S03',
    severity: 'error',
    message: {
      fr: 'Un chapitre porte soit un texte et une entrée, soit des sous-chapitres.',
      en: 'A chapter holds either one text and one entry, or sub-chapters.',
    },
    remedy: { fr: 'Ne pas mêler entrée et sous-chapitres.', en: 'Do not mix an entry and sub-chapters.' },
    broken: (r) =>
      sectionsOf(r, TEMPLATE.chapterFr).filter((n) =>
        has(r, n, V.component) ? has(r, n, V.text) || has(r, n, V.entry) : count(r, n, V.text) !== 1 || count(r, n, V.entry) !== 1,
      ),
  },
  {
    id: 'S04',
    severity: 'error',
    message: { fr: 'Un sous-chapitre porte un texte et une entrée.', en: 'A sub-chapter holds one text and one entry.' },
    remedy: { fr: 'Donner exactement un text et un entry.', en: 'Give exactly one text and one entry.' },
    broken: (r) => sectionsOf(r, TEMPLATE.subChapterFr).filter((n) => count(r, n, V.text) !== 1 || count(r, n, V.entry) !== 1),
  },
  {
    id: 'S05',
    severity: 'error',
    message: {
      fr: 'La copie PDF du compte rendu est absente ou mal déclarée.',
      en: 'The PDF copy of the report is missing or wrongly declared.',
    },
    remedy: {
      fr: 'Une section « Copie du document », code 55108-5, avec le PDF du laboratoire.',
      en: 'One section "Copie du document", code 55108-5, with the laboratory’s PDF.',
    },
    broken: (r, d) => {
      const copies = sectionsOf(r, TEMPLATE.pdfCopy);
      if (!isStructured(r, d) || claimedVersion(r, d) < '2024') return [];
      return copies.length === 1 ? copies.filter((n) => !isGoodCopy(r, n)) : [bodyOf(r, d)];
    },
  },
  {
    id: 'E01',
    severity: 'error',
    message: { fr: 'L’entrée d’un chapitre doit être de type DRIV.', en: 'The entry of a chapter must be of type DRIV.' },
    remedy: { fr: 'Écrire <entry typeCode="DRIV">.', en: 'Write <entry typeCode="DRIV">.' },
    broken: (r) => all(r, V.entry).filter((n) => templatesOf(r, n).has(ACT) && !isRelated(r, n, 'DRIV')),
  },
  {
    id: 'E02',
    severity: 'error',
    message: {
      fr: 'L’état d’un acte doit être completed, active ou aborted.',
      en: 'The status of an act must be completed, active or aborted.',
    },
    remedy: { fr: 'Corriger statusCode de l’acte.', en: 'Correct the act’s statusCode.' },
    broken: (r) => [...actsOf(r), ...batteriesOf(r)].filter((n) => !/^(?:completed|active|aborted)$/.test(status(r, n))),
  },
  {
    id: 'E03',
    severity: 'error',
    message: { fr: 'Un acte ne contient aucun résultat (entryRelationship COMP).', en: 'An act holds no result (entryRelationship COMP).' },
    remedy: { fr: 'Ajouter les résultats, batteries ou isolats de l’acte.', en: 'Add the results, batteries or isolates of the act.' },
    broken: (r) => actsOf(r).filter((n) => !children(r.tape, n, V.entryRelationship).some((c) => isRelated(r, c, 'COMP'))),
  },
  {
    id: 'E04',
    severity: 'error',
    message: { fr: 'Un exécutant d’acte est incomplet.', en: 'A performer of an act is incomplete.' },
    remedy: {
      fr: 'Donner sa date, puis l’identifiant et le nom de son laboratoire.',
      en: 'Give its time, then the identifier and name of its laboratory.',
    },
    broken: (r) =>
      actsOf(r)
        .flatMap((n) => children(r.tape, n, V.performer))
        .filter((n) => {
          const laboratory = child(r.tape, child(r.tape, n, V.assignedEntity), V.representedOrganization);
          return !has(r, n, V.time) || !has(r, laboratory, V.id) || !has(r, laboratory, V.name);
        }),
  },
  {
    id: 'E05',
    severity: 'error',
    message: { fr: 'Un prélèvement ne dit pas la nature de l’échantillon.', en: 'A sampling does not tell the nature of the specimen.' },
    remedy: {
      fr: 'participant PRD, playingEntity/code de la table des échantillons.',
      en: 'participant PRD, playingEntity/code of the table of specimens.',
    },
    broken: (r) => all(r, V.procedure).filter((n) => templatesOf(r, n).has(SPECIMEN) && !hasSpecimenType(r, n)),
  },
  {
    id: 'E06',
    severity: 'error',
    message: { fr: 'Un isolat ne nomme pas son micro-organisme.', en: 'An isolate does not name its organism.' },
    remedy: { fr: 'specimen SPC, specimenPlayingEntity MIC avec code.', en: 'specimen SPC, specimenPlayingEntity MIC with code.' },
    broken: (r) => all(r, V.organizer).filter((n) => templatesOf(r, n).has(TEMPLATE.isolate) && !hasOrganism(r, n)),
  },
  {
    id: 'E07',
    severity: 'error',
    message: { fr: 'Un document joint est mal déclaré.', en: 'An enclosed document is wrongly declared.' },
    remedy: {
      fr: 'Un seul id, code 55107-7, état completed, et le document en base 64.',
      en: 'One id, code 55107-7, status completed, and the document in base 64.',
    },
    broken: (r) =>
      all(r, V.organizer).filter(
        (n) =>
          templatesOf(r, n).has(TEMPLATE.attached) &&
          (count(r, n, V.id) !== 1 || valueIn(r, n, V.code, V.code) !== '55107-7' || status(r, n) !== 'completed'),
      ),
  },
  {
    id: 'R01',
    severity: 'error',
    message: { fr: 'L’état d’un résultat doit être completed ou aborted.', en: 'The status of a result must be completed or aborted.' },
    remedy: {
      fr: 'Un résultat provisoire est completed dans un acte active.',
      en: 'A provisional result is completed inside an active act.',
    },
    broken: (r) => resultsOf(r).filter((n) => !/^(?:completed|aborted)$/.test(status(r, n))),
  },
  {
    id: 'R02',
    severity: 'error',
    message: { fr: 'Le code d’un résultat est incomplet.', en: 'The code of a result is incomplete.' },
    remedy: {
      fr: 'LOINC : code, libellé et système. Sans LOINC : aucun des trois, le nom par référence au texte et le code local en translation.',
      en: 'LOINC: code, name and system. Without LOINC: none of the three, the name by reference to the text and the local code as translation.',
    },
    broken: (r) => resultsOf(r).filter((n) => !isGoodCode(r, child(r.tape, n, V.code))),
  },
  {
    id: 'R03',
    severity: 'error',
    message: { fr: 'Un résultat a plusieurs valeurs, méthodes ou intervalles.', en: 'A result has several values, methods or intervals.' },
    remedy: { fr: 'Une valeur par résultat : deux unités font deux résultats.', en: 'One value a result: two units make two results.' },
    broken: (r) => resultsOf(r).filter((n) => [V.value, V.methodCode, V.referenceRange].some((name) => count(r, n, name) > 1)),
  },
  {
    id: 'R04',
    severity: 'error',
    message: { fr: 'Une interprétation n’est pas codée.', en: 'An interpretation is not coded.' },
    remedy: {
      fr: 'Donner code et codeSystem 2.16.840.1.113883.5.83, jamais nullFlavor.',
      en: 'Give code and codeSystem 2.16.840.1.113883.5.83, never nullFlavor.',
    },
    broken: (r) =>
      resultsOf(r)
        .flatMap((n) => children(r.tape, n, V.interpretationCode))
        .filter((n) => !attribute(r.tape, n, V.code) || attribute(r.tape, n, V.codeSystem) !== INTERPRETATION),
  },
  {
    id: 'R05',
    severity: 'error',
    message: {
      fr: 'Une antériorité n’a pas d’état completed ou pas de date.',
      en: 'A previous result has no completed status or no time.',
    },
    remedy: { fr: 'Donner statusCode completed et effectiveTime.', en: 'Give statusCode completed and effectiveTime.' },
    broken: (r) => previousOf(r).filter((n) => status(r, n) !== 'completed' || !has(r, n, V.effectiveTime)),
  },
  {
    id: 'R06',
    severity: 'warning',
    message: { fr: 'Un résultat numérique n’a pas d’unité.', en: 'A numeric result has no unit.' },
    remedy: { fr: 'Donner l’unité UCUM, ou 1 pour un nombre sans unité.', en: 'Give the UCUM unit, or 1 for a number without unit.' },
    broken: (r) =>
      resultsOf(r)
        .map((n) => child(r.tape, n, V.value))
        .filter((n) => n !== NONE && isQuantityWithoutUnit(r, n)),
  },
  {
    id: 'R07',
    severity: 'warning',
    message: { fr: 'Un résultat ne porte pas sa date.', en: 'A result does not carry its time.' },
    remedy: {
      fr: 'Donner effectiveTime : la date biologiquement pertinente, celle du prélèvement.',
      en: 'Give effectiveTime: the biologically relevant one, of the sampling.',
    },
    broken: (r) => resultsOf(r).filter((n) => !has(r, n, V.effectiveTime)),
  },
  {
    id: 'R08',
    severity: 'error',
    message: { fr: 'Une unité est vide ou contient un blanc.', en: 'A unit is empty or holds a blank.' },
    remedy: {
      fr: 'Écrire l’unité UCUM sans blanc : mmol/L, 10*9/L. Les mots vont dans le texte.',
      en: 'Write the UCUM unit without blank: mmol/L, 10*9/L. Words belong in the text.',
    },
    broken: unitsWithBlank,
  },
];

const batteriesOf = (r: Reading) => all(r, V.organizer).filter((n) => attribute(r.tape, n, V.classCode) === 'BATTERY');

const previousOf = (r: Reading) =>
  all(r, V.observation).filter((n) => isUnder(r, n, V.entryRelationship) && isRelated(r, parentOf(r.tape, n), 'REFR'));

/** Documents of 2021 claim no version. */
function claimedVersion(r: Reading, d: number): string {
  const claim = children(r.tape, d, V.templateId).find((n) => attribute(r.tape, n, V.root) === TEMPLATE.crBio);
  return claim === undefined ? '' : (attribute(r.tape, claim, V.extension) ?? '');
}

const isGoodCopy = (r: Reading, n: number) =>
  valueIn(r, n, V.code, V.code) === PDF_COPY_CODE && textOf(r.tape, child(r.tape, n, V.title)).trim() === 'Copie du document';

function hasSpecimenType(r: Reading, n: number): boolean {
  return children(r.tape, n, V.participant).some((p) => {
    const entity = child(r.tape, child(r.tape, p, V.participantRole), V.playingEntity);
    return isRelated(r, p, 'PRD') && has(r, entity, V.code);
  });
}

function hasOrganism(r: Reading, n: number): boolean {
  const specimen = child(r.tape, n, V.specimen);
  const entity = child(r.tape, child(r.tape, specimen, V.specimenRole), V.specimenPlayingEntity);
  return isRelated(r, specimen, 'SPC') && attribute(r.tape, entity, V.classCode) === 'MIC' && has(r, entity, V.code);
}

/** The relaxed form (a code of another system) is allowed to a result that stands directly in an act. */
function isGoodCode(r: Reading, n: number): boolean {
  if (n === NONE) return false;
  const [code, display, system] = [V.code, V.displayName, V.codeSystem].map((key) => attribute(r.tape, n, key));
  if (code !== undefined) return display !== undefined && system !== undefined && (system === LOINC || !isInOrganizer(r, n));
  if (display !== undefined || system !== undefined) return false;
  const points = has(r, child(r.tape, n, V.originalText), V.reference);
  const translation = child(r.tape, n, V.translation);
  return points && Boolean(attribute(r.tape, translation, V.code)) && Boolean(attribute(r.tape, translation, V.displayName));
}

const isInOrganizer = (r: Reading, code: number) => isUnder(r, parentOf(r.tape, code), V.component);

function isQuantityWithoutUnit(r: Reading, n: number): boolean {
  if (attribute(r.tape, n, V.value) !== undefined && typeOf(r, n).endsWith('PQ')) return !attribute(r.tape, n, V.unit);
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const isBound = keyOf(r.tape, c) === V.low || keyOf(r.tape, c) === V.high;
    if (isBound && typeOf(r, n).endsWith('PQ') && attribute(r.tape, c, V.value) !== undefined && !attribute(r.tape, c, V.unit)) return true;
  }
  return false;
}

/** The schema's type `cs`, in results, bounds and intervals alike: one character at least, none of them a blank inside. */
function unitsWithBlank(r: Reading): number[] {
  const found: number[] = [];
  for (let n = 0; n < r.tape.count; n++) {
    const unit = attribute(r.tape, n, V.unit)?.replace(OUTER_BLANKS, '');
    if (unit !== undefined && (unit === '' || XML_BLANK.test(unit))) found.push(n);
  }
  return found;
}

/** Blanks of XML alone, as the schema means `\s`: a no-break space is another character to it. */
const XML_BLANK = /[ \t\r\n]/;
/** The type is a token: its outer blanks are taken off before it is compared. */
const OUTER_BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;

const typeOf = (r: Reading, n: number) => attribute(r.tape, n, XSI_TYPE) ?? '';
