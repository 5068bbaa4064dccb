import { INS_ROOTS } from '../cda/oids.ts';
import type { Finding } from '../cda/rules/rule.ts';
import { classOfType, isDocumentClass, isExchangedType, isFacilityType, isPracticeSetting } from '../document-codes.ts';
import type { DocumentMetadata } from '../document-metadata.ts';

/** A rule of the national guide on the label of a document, and the field it is about. */
interface MetadataRule extends Pick<Finding, 'rule' | 'severity' | 'message' | 'remedy'> {
  field: string;
  isKept: (m: DocumentMetadata) => boolean;
}

const UTC = /^\d{4}(?:\d{2}(?:\d{2}(?:\d{2}(?:\d{2}(?:\d{2})?)?)?)?)?$/;
const isTime = (time: string | undefined) => time === undefined || UTC.test(time);

/** CI-SIS « Échange de documents de santé », MSSanté Ref#2 ECO.2.1.2, and the value sets named in `document-codes.ts`. */
const RULES: readonly MetadataRule[] = [
  {
    rule: 'X01',
    severity: 'error',
    field: 'typeCode',
    isKept: ({ typeCode }) => isExchangedType(typeCode.code),
    message: {
      fr: 'Le type du document n’est pas de la liste nationale (JDV_J07).',
      en: 'The type of the document is not of the national list (JDV_J07).',
    },
    remedy: {
      fr: 'Prendre le type dans la liste : 11502-2 pour un compte rendu de biologie.',
      en: 'Take the type from the list: 11502-2 for a report of biology.',
    },
  },
  {
    rule: 'X02',
    severity: 'error',
    field: 'classCode',
    isKept: ({ classCode, typeCode }) =>
      isDocumentClass(classCode.code) && (classOfType(typeCode.code)?.code ?? classCode.code) === classCode.code,
    message: { fr: 'La classe du document n’est pas celle de son type.', en: 'The class of the document is not that of its type.' },
    remedy: {
      fr: 'Prendre la classe dans la table nationale : 10 pour un compte rendu.',
      en: 'Take the class from the national table: 10 for a report.',
    },
  },
  {
    rule: 'X03',
    severity: 'error',
    field: 'healthcareFacilityTypeCode',
    isKept: ({ healthcareFacilityType }) => isFacilityType(healthcareFacilityType.code),
    message: {
      fr: 'Le secteur d’activité de la structure n’est pas de la liste nationale (JDV_J02).',
      en: 'The type of the facility is not of the national list (JDV_J02).',
    },
    remedy: {
      fr: 'Écrire SA25 pour un laboratoire de ville, SA01 pour un hôpital public.',
      en: 'Write SA25 for a laboratory in town, SA01 for a public hospital.',
    },
  },
  {
    rule: 'X04',
    severity: 'error',
    field: 'practiceSettingCode',
    isKept: ({ practiceSetting }) => isPracticeSetting(practiceSetting.code),
    message: {
      fr: 'Le cadre d’exercice n’est pas de la liste nationale (JDV_J04).',
      en: 'The practice setting is not of the national list (JDV_J04).',
    },
    remedy: { fr: 'Écrire AMBULATOIRE ou ETABLISSEMENT.', en: 'Write AMBULATOIRE or ETABLISSEMENT.' },
  },
  {
    rule: 'X05',
    severity: 'warning',
    field: 'patientId',
    isKept: ({ patientId }) => patientId !== undefined && INS_ROOTS.includes(patientId.root),
    message: {
      fr: 'Le patient n’est pas désigné par son INS : le destinataire ne peut pas le retrouver seul.',
      en: 'The patient is not named by his INS: the receiver cannot find him alone.',
    },
    remedy: {
      fr: 'Qualifier l’identité, puis écrire le matricule INS dans patientId.',
      en: 'Qualify the identity, then write the INS in patientId.',
    },
  },
  {
    rule: 'X06',
    severity: 'error',
    field: 'creationTime',
    isKept: ({ createdAt, serviceStart, serviceStop }) =>
      createdAt !== '' && isTime(createdAt) && isTime(serviceStart) && isTime(serviceStop),
    message: {
      fr: 'Une date n’est pas écrite en temps universel (AAAAMMJJHHMMSS).',
      en: 'A date is not written in universal time (YYYYMMDDHHMMSS).',
    },
    remedy: { fr: 'Retirer le décalage horaire et convertir en UTC.', en: 'Take the offset off and convert to UTC.' },
  },
  {
    rule: 'X07',
    severity: 'warning',
    field: 'author',
    isKept: ({ authors }) => authors.length > 0 && authors.every(({ id }) => id !== undefined),
    message: { fr: 'L’auteur manque, ou n’a pas d’identifiant.', en: 'The author is missing, or has no identifier.' },
    remedy: {
      fr: 'Écrire son numéro RPPS, ou l’identifiant du logiciel.',
      en: 'Write his RPPS number, or the identifier of the software.',
    },
  },
  {
    rule: 'X08',
    severity: 'error',
    field: 'title',
    isKept: ({ title }) => title.trim() !== '',
    message: { fr: 'Le document n’a pas de titre.', en: 'The document has no title.' },
    remedy: { fr: 'Reprendre le titre du document.', en: 'Take the title of the document.' },
  },
  {
    rule: 'X09',
    severity: 'error',
    field: 'formatCode',
    isKept: ({ formatCode }) => /^urn:[a-z]/i.test(formatCode.code ?? ''),
    message: { fr: 'Le format du document manque ou n’est pas une URN.', en: 'The format of the document is missing, or is no URN.' },
    remedy: {
      fr: 'Écrire urn:ihe:lab:xd-lab:2008 pour un compte rendu de biologie structuré.',
      en: 'Write urn:ihe:lab:xd-lab:2008 for a structured report of biology.',
    },
  },
  {
    rule: 'X10',
    severity: 'warning',
    field: 'languageCode',
    isKept: ({ language }) => language === 'fr-FR',
    message: { fr: 'La langue du document n’est pas fr-FR.', en: 'The language of the document is not fr-FR.' },
    remedy: {
      fr: 'Écrire fr-FR, sauf document vraiment écrit dans une autre langue.',
      en: 'Write fr-FR, unless the document is truly in another language.',
    },
  },
];

/** What the metadata of a document break, each with the field. @param at where the document stands */
export const checkMetadata = (metadata: DocumentMetadata, at: string): Finding[] =>
  RULES.filter(({ isKept }) => !isKept(metadata)).map(({ rule, severity, message, remedy, field }) => ({
    rule,
    severity,
    at: `${at} ${field}`,
    message,
    remedy,
  }));
