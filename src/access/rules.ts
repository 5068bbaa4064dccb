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
  mode?: 'break-glass' | 'regulation';
  /** The one who asks must not learn that there was something: answered as what does not exist. */
  conceals?: boolean;
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
    mode: 'break-glass',
    reader: {
      fr: 'Accès en urgence, sans l’accord du patient, qui en sera informé',
      en: 'Emergency access, without the patient’s word; the patient will be told',
    },
    patient: { fr: 'En urgence, sans votre accord', en: 'In an emergency, without your word' },
  },
  representative: {
    allows: true,
    reader: { fr: 'Vous représentez cette personne', en: 'You represent this person' },
    patient: { fr: 'Votre représentant légal', en: 'Your legal representative' },
  },
  regulation: {
    allows: true,
    mode: 'regulation',
    reader: {
      fr: 'Accès du centre de régulation, sans l’accord du patient, qui en sera informé',
      en: 'Access of the regulation centre, without the patient’s word; the patient will be told',
    },
    patient: { fr: 'Le centre de régulation des urgences', en: 'The emergency regulation centre' },
  },
  'declares-break-glass': {
    allows: true,
    mode: 'break-glass',
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
  designated: {
    allows: true,
    reader: { fr: 'La région vous a désigné pour ce laboratoire', en: 'The region designated you for this laboratory' },
    patient: { fr: 'Biologiste désigné par la région', en: 'Biologist designated by the region' },
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
  'regulation-refused': {
    allows: false,
    reader: {
      fr: 'Le patient a refusé d’avance l’accès du centre de régulation',
      en: 'The patient refused in advance that the regulation centre open the record',
    },
    patient: { fr: 'Refusé : vous avez refusé l’accès du centre de régulation', en: 'Refused: you refused the regulation centre' },
  },
  'record-closed': {
    allows: false,
    reader: { fr: 'Ce dossier est fermé', en: 'This record is closed' },
    patient: { fr: 'Refusé : votre dossier est fermé', en: 'Refused: your record is closed' },
  },
  'opposes-consultation': {
    allows: false,
    reader: {
      fr: 'Le patient s’oppose à ce que des professionnels ouvrent son dossier',
      en: 'The patient opposes that any professional open the record',
    },
    patient: { fr: 'Refusé : vous avez fermé votre dossier aux professionnels', en: 'Refused: you closed your record to professionals' },
  },
  'opposes-feeding': {
    allows: false,
    reader: { fr: 'Le patient s’oppose à l’alimentation de son dossier', en: 'The patient opposes that documents be filed in the record' },
    patient: { fr: 'Refusé : vous refusez l’ajout de documents', en: 'Refused: you refuse that documents be added' },
  },
  deceased: {
    allows: false,
    reader: { fr: 'Cette personne est décédée', en: 'This person has died' },
    patient: { fr: 'Refusé : personne décédée', en: 'Refused: the person has died' },
  },
  'deposit-waits': {
    allows: true,
    reader: { fr: 'Conservé : une personne dira de quel patient il s’agit', en: 'Kept: a person will say whose it is' },
    patient: { fr: 'Attend qu’on sache de quel patient il s’agit', en: 'Waits until it is known whose it is' },
  },
  'deposit-refused': {
    allows: false,
    reader: { fr: 'Ce dépôt a été refusé, il n’est entré dans aucun dossier', en: 'This deposit was refused, it entered no record' },
    patient: { fr: 'Refusé : le document ne pouvait pas être reçu', en: 'Refused: the document could not be received' },
  },
  'reading-failed': {
    allows: false,
    reader: { fr: 'La lecture a échoué dans ce logiciel', en: 'The reading failed in that software' },
    patient: { fr: 'La lecture a échoué : le document n’a pas été vu', en: 'The reading failed: the document was not seen' },
  },
  'no-such-item': {
    allows: false,
    conceals: true,
    reader: { fr: 'Ce document n’existe pas, ou ne vous est pas ouvert', en: 'This document does not exist, or is not open to you' },
    patient: { fr: 'Refusé : document inconnu', en: 'Refused: unknown document' },
  },
  'item-deleted': {
    allows: false,
    conceals: true,
    reader: { fr: 'Ce document a été supprimé', en: 'This document was deleted' },
    patient: { fr: 'Refusé : document supprimé', en: 'Refused: deleted document' },
  },
  'item-category': {
    allows: false,
    conceals: true,
    reader: {
      fr: 'La matrice des habilitations ne vous ouvre pas cette catégorie de documents',
      en: 'The matrix of rights does not open this category of documents to your profession',
    },
    patient: { fr: 'Refusé : document fermé à sa profession', en: 'Refused: document closed to their profession' },
  },
  'item-masked': {
    allows: false,
    conceals: true,
    reader: { fr: 'Le patient a masqué ce document aux professionnels', en: 'The patient hid this document from professionals' },
    patient: { fr: 'Refusé : vous avez masqué ce document', en: 'Refused: you hid this document' },
  },
  'item-not-announced': {
    allows: false,
    conceals: true,
    reader: {
      fr: 'Ce document attend d’être annoncé par un professionnel',
      en: 'This document waits for a professional to tell of it',
    },
    patient: { fr: 'Refusé : document pas encore annoncé', en: 'Refused: document not told of yet' },
  },
  'item-not-for-representatives': {
    allows: false,
    conceals: true,
    reader: {
      fr: 'Ce document n’est pas ouvert aux représentants légaux',
      en: 'This document is not open to legal representatives',
    },
    patient: { fr: 'Refusé : fermé aux représentants légaux', en: 'Refused: closed to legal representatives' },
  },
  'item-sensitive': {
    allows: false,
    conceals: true,
    reader: {
      fr: 'Ce résultat est réservé par la loi à ceux qui l’ont prescrit ou rendu',
      en: 'By law this result is kept for those who ordered or made it',
    },
    patient: { fr: 'Refusé : résultat protégé par la loi', en: 'Refused: result protected by law' },
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
