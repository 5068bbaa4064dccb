/**
 * Every rule that grants or refuses, with the sentence told to the one who asks (`reader`) and to the patient in the list of
 * accesses (`patient`). The id is written in the audit: never reuse one for another meaning.
 */
interface Words {
  fr: string;
  en: string;
}
interface Rule {
  allows: boolean;
  /** The record is opened without the patient's word. */
  isEmergency?: boolean;
  reader: Words;
  patient: Words;
}

export const RULES = {
  'own-record': {
    allows: true,
    reader: { fr: 'C’est votre dossier', en: 'This is your record' },
    patient: { fr: 'Vous, dans votre dossier', en: 'You, in your own record' },
  },
  'treating-doctor': {
    allows: true,
    reader: { fr: 'Vous êtes son médecin traitant', en: 'You are the treating doctor' },
    patient: { fr: 'Votre médecin traitant', en: 'Your treating doctor' },
  },
  'care-team': {
    allows: true,
    reader: { fr: 'Vous faites partie de son équipe de soins', en: 'You belong to the care team' },
    patient: { fr: 'Membre de votre équipe de soins', en: 'Member of your care team' },
  },
  consent: {
    allows: true,
    reader: { fr: 'Vous avez recueilli son consentement', en: 'You collected the patient’s consent' },
    patient: { fr: 'Déclare avoir recueilli votre consentement', en: 'Declares having collected your consent' },
  },
  'break-glass': {
    allows: true,
    isEmergency: true,
    reader: {
      fr: 'Accès en urgence, sans l’accord du patient, qui en sera informé',
      en: 'Emergency access, without the patient’s word; the patient will be told',
    },
    patient: { fr: 'En urgence, sans votre accord', en: 'In an emergency, without your word' },
  },
  'declares-break-glass': {
    allows: true,
    isEmergency: true,
    reader: { fr: 'Vous déclarez une urgence : le patient en sera informé', en: 'You declare an emergency: the patient will be told' },
    patient: { fr: 'A déclaré une urgence pour ouvrir votre dossier', en: 'Declared an emergency to open your record' },
  },
  producer: {
    allows: true,
    reader: { fr: 'Votre laboratoire a récemment analysé ce patient', en: 'Your laboratory recently analysed this patient' },
    patient: { fr: 'Laboratoire qui vous a récemment analysé', en: 'Laboratory that recently analysed you' },
  },
  'own-structure': {
    allows: true,
    reader: { fr: 'Ce document vient de votre structure', en: 'This document comes from your structure' },
    patient: { fr: 'Le laboratoire qui a produit le document', en: 'The laboratory that produced the document' },
  },
  delegated: {
    allows: true,
    reader: { fr: 'Vous agissez pour un professionnel qui soigne ce patient', en: 'You act for a professional who treats this patient' },
    patient: { fr: 'Secrétariat d’un professionnel qui vous soigne', en: 'Secretariat of a professional who treats you' },
  },
  'declares-consent': {
    allows: true,
    reader: { fr: 'Vous déclarez avoir recueilli le consentement', en: 'You declare having collected the consent' },
    patient: { fr: 'A déclaré avoir recueilli votre consentement', en: 'Declared having collected your consent' },
  },
  role: {
    allows: true,
    reader: { fr: 'Votre fonction le permet', en: 'Your role allows it' },
    patient: { fr: 'Permis par sa fonction', en: 'Allowed by their role' },
  },
  'role-without-right': {
    allows: false,
    reader: { fr: 'Votre fonction ne le permet pas', en: 'Your role does not allow it' },
    patient: { fr: 'Refusé : sa fonction ne le permet pas', en: 'Refused: their role does not allow it' },
  },
  'no-clinical-data': {
    allows: false,
    reader: { fr: 'Votre fonction ne donne accès à aucune donnée de santé', en: 'Your role gives no access to health data' },
    patient: { fr: 'Refusé : sa fonction n’ouvre aucune donnée de santé', en: 'Refused: their role opens no health data' },
  },
  blocked: {
    allows: false,
    reader: { fr: 'Le patient ne vous autorise pas à ouvrir son dossier', en: 'The patient does not let you open the record' },
    patient: { fr: 'Refusé : vous lui avez fermé votre dossier', en: 'Refused: you closed your record to them' },
  },
  'break-glass-refused': {
    allows: false,
    reader: {
      fr: 'Le patient a refusé d’avance l’ouverture de son dossier en urgence',
      en: 'The patient refused in advance that the record be opened in an emergency',
    },
    patient: { fr: 'Refusé : vous avez refusé l’accès en urgence', en: 'Refused: you refused emergency access' },
  },
  'category-closed': {
    allows: false,
    reader: {
      fr: 'La matrice des habilitations ne vous ouvre pas cette catégorie de documents',
      en: 'The matrix of rights does not open this category of documents to your profession',
    },
    patient: { fr: 'Refusé : documents fermés à sa profession', en: 'Refused: documents closed to their profession' },
  },
  'no-care-link': {
    allows: false,
    reader: {
      fr: 'Vous n’avez pas de lien de soin avec ce patient : recueillez son consentement, ou demandez à rejoindre son équipe de soins',
      en: 'You have no care link with this patient: collect the consent, or ask to join the care team',
    },
    patient: { fr: 'Refusé : aucun lien de soin avec vous', en: 'Refused: no care link with you' },
  },
  'not-treating-doctor': {
    allows: false,
    reader: { fr: 'Réservé au médecin traitant et au patient', en: 'Kept for the treating doctor and the patient' },
    patient: { fr: 'Refusé : n’est pas votre médecin traitant', en: 'Refused: not your treating doctor' },
  },
  'not-own-record': {
    allows: false,
    reader: { fr: 'Ce dossier n’est pas le vôtre', en: 'This record is not yours' },
    patient: { fr: 'Refusé : ce n’est pas son dossier', en: 'Refused: not their record' },
  },
  'no-delegation': {
    allows: false,
    reader: {
      fr: 'Le professionnel pour qui vous agissez ne soigne pas ce patient',
      en: 'The professional you act for does not treat this patient',
    },
    patient: {
      fr: 'Refusé : agit pour un professionnel sans lien avec vous',
      en: 'Refused: acts for a professional without a link with you',
    },
  },
  'other-structure': {
    allows: false,
    reader: { fr: 'Ceci vient d’une autre structure que la vôtre', en: 'This comes from another structure than yours' },
    patient: { fr: 'Refusé : document d’une autre structure', en: 'Refused: document of another structure' },
  },
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof RULES;

export function rule(id: RuleId): Rule {
  return RULES[id];
}

/** The rule of an old event: undefined when its id is no longer known. */
export function ruleOf(id: string): Rule | undefined {
  return Object.hasOwn(RULES, id) ? RULES[id as RuleId] : undefined;
}
