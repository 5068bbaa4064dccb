import { attribute, child, children, NONE, textOf } from '#kernel';
import { FINESS_ROOT, LOINC, REPORT_CODE, TEMPLATE } from '../oids.ts';
import type { Reading } from '../reading.ts';
import { V } from '../vocabulary.ts';
import { all, count, has, isStructured, type Rule, templatesOf, valueIn, when } from './rule.ts';

const CONFIDENTIALITY = '2.16.840.1.113883.5.25';
const INDUSTRY = '1.2.250.1.213.1.1.4.9';
const PARTICIPATIONS = new Set(['REF', 'REFB', 'INF', 'RESP', 'PRF', 'CON', 'VRF']);

const text = (r: Reading, n: number) => (n === NONE ? '' : textOf(r.tape, n).trim());

/** The structure that keeps a laboratory report: FINESS or SIRET (CR-BIO 2024.01, custodian). */
const LABORATORY_CUSTODIAN: Rule = {
  id: 'H18',
  severity: 'error',
  message: {
    fr: 'La structure qui conserve le document n’est pas identifiée par son FINESS ou son SIRET.',
    en: 'The structure that keeps the document is not identified by its FINESS or SIRET.',
  },
  remedy: {
    fr: 'custodian : root 1.2.250.1.71.4.2.2, extension 1 + FINESS ou 3 + SIRET.',
    en: 'custodian: root 1.2.250.1.71.4.2.2, extension 1 + FINESS or 3 + SIRET.',
  },
  broken: custodianOtherThan(/^(?:1[\dAB]{9}|3\d{14})$/),
};

/** The same of any other document: pharmacies and practices have a SIREN, or the number of a person and a rank (IDNST of the national directory). */
const CUSTODIAN: Rule = {
  ...LABORATORY_CUSTODIAN,
  message: {
    fr: 'La structure qui conserve le document n’est pas identifiée par un numéro national.',
    en: 'The structure that keeps the document is not identified by a national number.',
  },
  remedy: {
    fr: 'custodian : root 1.2.250.1.71.4.2.2, extension 1 + FINESS, 2 + SIREN, 3 + SIRET, ou 0 ou 4 + le numéro et le rang d’un professionnel.',
    en: 'custodian: root 1.2.250.1.71.4.2.2, extension 1 + FINESS, 2 + SIREN, 3 + SIRET, or 0 or 4 + the number and rank of a professional.',
  },
  broken: custodianOtherThan(/^(?:1[\dAB]{9}|2\d{9}|3\d{14}|[04]\d{8,})$/),
};

/** Header of any document (CI-SIS « structuration minimale ») and of a laboratory report (CR-BIO 2024.01). */
export const HEADER_RULES: readonly Rule[] = [
  {
    id: 'H01',
    severity: 'error',
    message: {
      fr: 'Le pays du document (realmCode) doit être FR, une seule fois.',
      en: 'The realm of the document (realmCode) must be FR, once.',
    },
    remedy: { fr: 'Écrire <realmCode code="FR"/>.', en: 'Write <realmCode code="FR"/>.' },
    broken: (r, d) => when(count(r, d, V.realmCode) !== 1 || valueIn(r, d, V.realmCode, V.code) !== 'FR', d),
  },
  {
    id: 'H02',
    severity: 'error',
    message: {
      fr: 'L’identifiant de la norme CDA (typeId) est absent ou faux.',
      en: 'The identifier of the CDA standard (typeId) is missing or wrong.',
    },
    remedy: {
      fr: 'Écrire typeId root 2.16.840.1.113883.1.3, extension POCD_HD000040.',
      en: 'Write typeId root 2.16.840.1.113883.1.3, extension POCD_HD000040.',
    },
    broken: (r, d) =>
      when(valueIn(r, d, V.typeId, V.root) !== '2.16.840.1.113883.1.3' || valueIn(r, d, V.typeId, V.extension) !== 'POCD_HD000040', d),
  },
  {
    id: 'H03',
    severity: 'error',
    message: {
      fr: 'Les modèles déclarés (templateId) ne sont pas ceux d’un compte rendu de biologie.',
      en: 'The templates claimed (templateId) are not those of a laboratory report.',
    },
    remedy: {
      fr: 'Déclarer HL7 France, structuration minimale, puis XD-LAB et CR-BIO (niveau 3) ou le seul modèle non structuré (niveau 1).',
      en: 'Claim HL7 France, minimal structure, then XD-LAB and CR-BIO (level 3) or the unstructured template alone (level 1).',
    },
    broken: (r, d) => when(!hasItsTemplates(r, d), d),
  },
  {
    id: 'H04',
    severity: 'error',
    message: {
      fr: 'L’identifiant du document doit être un OID ou UUID complet, sans extension.',
      en: 'The identifier of the document must be a whole OID or UUID, without extension.',
    },
    remedy: {
      fr: 'Mettre tout l’identifiant dans root : le DMP n’accepte pas d’extension.',
      en: 'Put the whole identifier in root: the national record takes no extension.',
    },
    broken: (r, d) => when(valueIn(r, d, V.id, V.extension) !== undefined || !valueIn(r, d, V.id, V.root), d),
  },
  {
    id: 'H05',
    severity: 'error',
    message: { fr: 'Le type du document doit être écrit à la lettre.', en: 'The type of the document must be written to the letter.' },
    remedy: {
      fr: "Écrire code 11502-2, displayName « CR d'examens biologiques » avec l’apostrophe droite, LOINC.",
      en: 'Write code 11502-2, displayName "CR d\'examens biologiques" with the straight apostrophe, LOINC.',
    },
    broken: (r, d) =>
      when(
        valueIn(r, d, V.code, V.code) !== REPORT_CODE ||
          valueIn(r, d, V.code, V.displayName) !== "CR d'examens biologiques" ||
          valueIn(r, d, V.code, V.codeSystem) !== LOINC,
        d,
      ),
  },
  {
    id: 'H06',
    severity: 'error',
    message: { fr: 'Le titre du document doit être écrit à la lettre.', en: 'The title of the document must be written to the letter.' },
    remedy: { fr: "Écrire « Compte rendu d'examens biologiques ».", en: 'Write "Compte rendu d\'examens biologiques".' },
    broken: (r, d) => when(text(r, child(r.tape, d, V.title)) !== "Compte rendu d'examens biologiques", d),
  },
  {
    id: 'H07',
    severity: 'error',
    message: { fr: 'La date du document est absente.', en: 'The date of the document is missing.' },
    remedy: { fr: 'Donner effectiveTime avec les secondes et le fuseau.', en: 'Give effectiveTime with seconds and offset.' },
    broken: (r, d) => when(!valueIn(r, d, V.effectiveTime, V.value), d),
  },
  {
    id: 'H08',
    severity: 'error',
    message: {
      fr: 'Le niveau de confidentialité doit être N, R ou V, une seule fois.',
      en: 'The confidentiality must be N, R or V, once.',
    },
    remedy: {
      fr: 'Donner un seul confidentialityCode du système 2.16.840.1.113883.5.25.',
      en: 'Give one confidentialityCode of the system 2.16.840.1.113883.5.25.',
    },
    broken: (r, d) =>
      when(
        count(r, d, V.confidentialityCode) !== 1 ||
          !/^[NRV]$/.test(valueIn(r, d, V.confidentialityCode, V.code) ?? '') ||
          valueIn(r, d, V.confidentialityCode, V.codeSystem) !== CONFIDENTIALITY,
        d,
      ),
  },
  {
    id: 'H09',
    severity: 'error',
    message: { fr: 'La langue doit avoir la forme fr-FR.', en: 'The language must have the form fr-FR.' },
    remedy: { fr: 'Écrire languageCode fr-FR.', en: 'Write languageCode fr-FR.' },
    broken: (r, d) => when(!/^[a-z]{2}-[A-Z]{2}$/.test(valueIn(r, d, V.languageCode, V.code) ?? ''), d),
  },
  {
    id: 'H10',
    severity: 'error',
    message: {
      fr: 'L’identifiant commun à toutes les versions (setId) est absent ou répété.',
      en: 'The identifier common to all versions (setId) is missing or repeated.',
    },
    remedy: { fr: 'Donner un seul setId, le même pour chaque version.', en: 'Give one setId, the same for each version.' },
    broken: (r, d) => when(count(r, d, V.setId) !== 1 || !valueIn(r, d, V.setId, V.root), d),
  },
  {
    id: 'H11',
    severity: 'error',
    message: { fr: 'Le numéro de version doit être un entier positif.', en: 'The version number must be a positive whole number.' },
    remedy: { fr: 'Donner versionNumber à partir de 1.', en: 'Give versionNumber, from 1.' },
    broken: (r, d) => when(!/^[1-9]\d*$/.test(valueIn(r, d, V.versionNumber, V.value) ?? ''), d),
  },
  {
    id: 'H12',
    severity: 'error',
    message: { fr: 'Un document n’en remplace qu’un, et seulement par RPLC.', en: 'A document replaces one other, and only by RPLC.' },
    remedy: { fr: 'Garder un seul relatedDocument typeCode RPLC.', en: 'Keep one relatedDocument with typeCode RPLC.' },
    broken: (r, d) => {
      const related = children(r.tape, d, V.relatedDocument);
      return [...related.slice(1), ...related.filter((n) => attribute(r.tape, n, V.typeCode) !== 'RPLC')];
    },
  },
  {
    id: 'H13',
    severity: 'warning',
    message: {
      fr: 'Une version supérieure à 1 ne dit pas quel document elle remplace.',
      en: 'A version above 1 does not say which document it replaces.',
    },
    remedy: {
      fr: 'Ajouter relatedDocument RPLC avec l’identifiant du document remplacé.',
      en: 'Add relatedDocument RPLC with the identifier of the replaced document.',
    },
    broken: (r, d) => when(Number(valueIn(r, d, V.versionNumber, V.value)) > 1 && !has(r, d, V.relatedDocument), d),
  },
  {
    id: 'H17',
    severity: 'error',
    message: { fr: 'Aucun auteur.', en: 'No author.' },
    remedy: { fr: 'Donner author avec sa date, son identité et sa structure.', en: 'Give author with its time, identity and structure.' },
    broken: (r, d) => when(!has(r, d, V.author), d),
  },
  LABORATORY_CUSTODIAN,
  {
    id: 'H19',
    severity: 'error',
    message: {
      fr: 'Le responsable du document (legalAuthenticator) est absent ou incomplet.',
      en: 'Who answers for the document (legalAuthenticator) is missing or incomplete.',
    },
    remedy: {
      fr: 'Donner une seule fois legalAuthenticator : date, signatureCode S, médecin ou biologiste.',
      en: 'Give legalAuthenticator once: time, signatureCode S, doctor or biologist.',
    },
    broken: (r, d) => when(count(r, d, V.legalAuthenticator) !== 1 || !isSigned(r, child(r.tape, d, V.legalAuthenticator)), d),
  },
  {
    id: 'H20',
    severity: 'error',
    message: { fr: 'Un validateur (authenticator) est incomplet.', en: 'A validator (authenticator) is incomplete.' },
    remedy: {
      fr: 'Donner le modèle 1.3.6.1.4.1.19376.1.3.3.1.5, la date, signatureCode S, adresse et téléphone ; une structure nommée a identifiant, nom, téléphone et adresse.',
      en: 'Give the template 1.3.6.1.4.1.19376.1.3.3.1.5, time, signatureCode S, address and telephone; a structure named has identifier, name, telephone and address.',
    },
    broken: (r, d) => children(r.tape, d, V.authenticator).filter((n) => !isWholeValidator(r, n)),
  },
  {
    id: 'H21',
    severity: 'error',
    message: { fr: 'Une participation de l’en-tête a un type inconnu.', en: 'A participation of the header has an unknown type.' },
    remedy: { fr: 'typeCode parmi REF, REFB, INF, RESP, PRF, CON, VRF.', en: 'typeCode among REF, REFB, INF, RESP, PRF, CON, VRF.' },
    broken: (r, d) => children(r.tape, d, V.participant).filter((n) => !PARTICIPATIONS.has(attribute(r.tape, n, V.typeCode) ?? '')),
  },
  {
    id: 'H22',
    severity: 'error',
    message: { fr: 'Un acte documenté n’a pas de code.', en: 'An act documented has no code.' },
    remedy: {
      fr: 'Donner à chaque serviceEvent le code LOINC de son chapitre.',
      en: 'Give each serviceEvent the LOINC code of its chapter.',
    },
    broken: (r, d) => {
      const events = children(r.tape, d, V.documentationOf);
      return events.length === 0 ? [d] : events.filter((n) => !valueIn(r, child(r.tape, n, V.serviceEvent), V.code, V.code));
    },
  },
  {
    id: 'H23',
    severity: 'error',
    message: {
      fr: 'Le laboratoire exécutant de l’acte principal est absent ou incomplet.',
      en: 'The laboratory that performed the main act is missing or incomplete.',
    },
    remedy: {
      fr: 'Donner à un seul serviceEvent ses dates et performer PRF : directeur (adresse, téléphone, nom), laboratoire (identifiant, nom, téléphone, adresse, cadre d’exercice).',
      en: 'Give one serviceEvent its times and performer PRF: director (address, telephone, name), laboratory (identifier, name, telephone, address, practice setting).',
    },
    broken: (r, d) => {
      const main = children(r.tape, d, V.documentationOf)
        .map((n) => child(r.tape, n, V.serviceEvent))
        .filter((n) => has(r, n, V.performer));
      return main.length === 1 ? main.filter((n) => !isWholePerformer(r, n)) : [d];
    },
  },
  {
    id: 'H24',
    severity: 'error',
    message: {
      fr: 'La prise en charge (encompassingEncounter) est absente ou incomplète.',
      en: 'The encounter (encompassingEncounter) is missing or incomplete.',
    },
    remedy: {
      fr: 'Donner son code, sa date, le responsable et le lieu (healthCareFacility avec code).',
      en: 'Give its code, time, who is responsible and the place (healthCareFacility with code).',
    },
    broken: (r, d) => {
      const n = child(r.tape, child(r.tape, d, V.componentOf), V.encompassingEncounter);
      const facility = child(r.tape, child(r.tape, n, V.location), V.healthCareFacility);
      return when(
        n === NONE ||
          !valueIn(r, n, V.code, V.code) ||
          !has(r, n, V.effectiveTime) ||
          !has(r, n, V.responsibleParty) ||
          !has(r, facility, V.code),
        n === NONE ? d : n,
      );
    },
  },
];

/** Those that hold for any document (« structuration minimale »), not for a laboratory report alone. */
const COMMON = new Set('H01 H02 H04 H07 H08 H09 H10 H11 H12 H13 H17 H18 H19 H21'.split(' '));
export const COMMON_RULES: readonly Rule[] = HEADER_RULES.filter(({ id }) => COMMON.has(id)).map((rule) =>
  rule === LABORATORY_CUSTODIAN ? CUSTODIAN : rule,
);

function custodianOtherThan(number: RegExp): Rule['broken'] {
  return (r) =>
    all(r, V.representedCustodianOrganization).filter(
      (n) => valueIn(r, n, V.id, V.root) !== FINESS_ROOT || !number.test(valueIn(r, n, V.id, V.extension) ?? ''),
    );
}

function hasItsTemplates(r: Reading, d: number): boolean {
  const roots = children(r.tape, d, V.templateId).map((n) => attribute(r.tape, n, V.root));
  const once = (root: string) => roots.filter((found) => found === root).length === 1;
  if (!once(TEMPLATE.hl7France) || !once(TEMPLATE.minimalStructure)) return false;
  if (isStructured(r, d)) return roots.includes(TEMPLATE.xdLab) && roots.includes(TEMPLATE.crBio);
  return roots.length === 3 && roots.includes(TEMPLATE.unstructured);
}

const isSigned = (r: Reading, n: number) =>
  valueIn(r, n, V.signatureCode, V.code) === 'S' && Boolean(valueIn(r, n, V.time, V.value)) && has(r, n, V.assignedEntity);

const isWholeOrganization = (r: Reading, n: number) => has(r, n, V.id) && has(r, n, V.name) && has(r, n, V.telecom) && has(r, n, V.addr);

function isWholeValidator(r: Reading, n: number): boolean {
  const entity = child(r.tape, n, V.assignedEntity);
  const structure = child(r.tape, entity, V.representedOrganization);
  return (
    isSigned(r, n) &&
    templatesOf(r, n).has(TEMPLATE.validator) &&
    has(r, entity, V.addr) &&
    has(r, entity, V.telecom) &&
    (structure === NONE || isWholeOrganization(r, structure))
  );
}

function isWholePerformer(r: Reading, event: number): boolean {
  const performer = child(r.tape, event, V.performer);
  const director = child(r.tape, performer, V.assignedEntity);
  const laboratory = child(r.tape, director, V.representedOrganization);
  const setting = child(r.tape, laboratory, V.standardIndustryClassCode);
  return (
    has(r, event, V.effectiveTime) &&
    attribute(r.tape, performer, V.typeCode) === 'PRF' &&
    templatesOf(r, performer).has(TEMPLATE.performer) &&
    has(r, performer, V.time) &&
    has(r, director, V.addr) &&
    has(r, director, V.telecom) &&
    has(r, child(r.tape, director, V.assignedPerson), V.name) &&
    isWholeOrganization(r, laboratory) &&
    attribute(r.tape, setting, V.codeSystem) === INDUSTRY
  );
}
