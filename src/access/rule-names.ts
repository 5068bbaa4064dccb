import type { RuleId } from './rules.ts';

/** What each rule is called for who reads the audit of others: the data protection officer. `rules.ts` has the words for the reader and the patient. */
export const RULE_NAMES: Readonly<Record<RuleId, { fr: string; en: string }>> = {
  'own-record': { fr: 'Le patient, dans son dossier', en: 'The patient, in their own record' },
  'treating-doctor': { fr: 'Médecin traitant', en: 'Treating doctor' },
  'care-team': { fr: 'Membre de l’équipe de soins', en: 'Member of the care team' },
  consent: { fr: 'Consentement déclaré recueilli', en: 'Consent declared collected' },
  'break-glass': { fr: 'Accès en urgence, sans l’accord du patient', en: 'Emergency access, without the patient’s word' },
  representative: { fr: 'Représentant légal', en: 'Legal representative' },
  regulation: { fr: 'Centre de régulation', en: 'Regulation centre' },
  'declares-break-glass': { fr: 'Déclaration d’une urgence', en: 'Declaration of an emergency' },
  producer: { fr: 'Laboratoire qui a récemment analysé le patient', en: 'Laboratory that recently analysed the patient' },
  'own-structure': { fr: 'Structure qui a produit le document', en: 'Structure that made the document' },
  designated: { fr: 'Biologiste désigné par la région', en: 'Biologist designated by the region' },
  delegated: { fr: 'Secrétariat d’un professionnel qui soigne le patient', en: 'Secretariat of a professional who treats the patient' },
  'declares-consent': { fr: 'Déclaration d’un consentement', en: 'Declaration of a consent' },
  role: { fr: 'Permis par la fonction', en: 'Allowed by the role' },
  'role-without-right': { fr: 'Refusé : fonction sans ce droit', en: 'Refused: role without this right' },
  'no-clinical-data': { fr: 'Refusé : fonction sans données de santé', en: 'Refused: role without health data' },
  blocked: { fr: 'Refusé : exclu par le patient', en: 'Refused: shut out by the patient' },
  'break-glass-refused': {
    fr: 'Refusé : urgence refusée d’avance par le patient',
    en: 'Refused: emergency refused in advance by the patient',
  },
  'regulation-refused': { fr: 'Refusé : régulation refusée par le patient', en: 'Refused: regulation refused by the patient' },
  'record-closed': { fr: 'Refusé : dossier fermé', en: 'Refused: closed record' },
  'opposes-consultation': { fr: 'Refusé : opposition à la consultation', en: 'Refused: the patient opposes consultation' },
  'opposes-feeding': { fr: 'Refusé : opposition à l’alimentation', en: 'Refused: the patient opposes feeding' },
  deceased: { fr: 'Refusé : personne décédée', en: 'Refused: the person has died' },
  'deposit-waits': { fr: 'Attend qu’on sache de quel patient il s’agit', en: 'Waits until it is known whose it is' },
  'deposit-refused': { fr: 'Refusé : document qui ne peut être reçu', en: 'Refused: document that cannot be received' },
  'reading-failed': { fr: 'Lecture qui a échoué dans un autre logiciel', en: 'Reading that failed in another software' },
  'no-such-item': { fr: 'Refusé : document qui n’existe pas', en: 'Refused: document that does not exist' },
  'item-deleted': { fr: 'Refusé : document supprimé', en: 'Refused: deleted document' },
  'item-category': { fr: 'Refusé : catégorie fermée à la profession', en: 'Refused: category closed to the profession' },
  'item-masked': { fr: 'Refusé : document masqué aux professionnels', en: 'Refused: document hidden from professionals' },
  'item-not-announced': { fr: 'Refusé : document pas encore annoncé au patient', en: 'Refused: document not told to the patient yet' },
  'item-not-for-representatives': { fr: 'Refusé : fermé aux représentants légaux', en: 'Refused: closed to legal representatives' },
  'item-sensitive': { fr: 'Refusé : résultat protégé par la loi', en: 'Refused: result protected by law' },
  'category-closed': { fr: 'Refusé : documents fermés à la profession', en: 'Refused: documents closed to the profession' },
  'no-care-link': { fr: 'Refusé : aucun lien de soin', en: 'Refused: no care link' },
  'not-treating-doctor': {
    fr: 'Refusé : réservé au médecin traitant et au patient',
    en: 'Refused: kept for the treating doctor and the patient',
  },
  'not-own-record': { fr: 'Refusé : dossier d’une autre personne', en: 'Refused: record of another person' },
  'no-delegation': {
    fr: 'Refusé : agit pour un professionnel sans lien de soin',
    en: 'Refused: acts for a professional without a care link',
  },
  'other-structure': { fr: 'Refusé : document d’une autre structure', en: 'Refused: document of another structure' },
};

/** The name of the rule of an event; its id when it is no longer known. */
export function ruleName(id: string, language: 'fr' | 'en'): string {
  return Object.hasOwn(RULE_NAMES, id) ? RULE_NAMES[id as RuleId][language] : id;
}
