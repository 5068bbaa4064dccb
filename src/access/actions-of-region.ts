import { type ActionRights, CLINICAL_WORK, each } from './action-needs.ts';

/** What one can ask of the region's own work: identities, versions, codes, exchanges, senders, deposits. */
export const REGION_ACTIONS = {
  'identity.read': {
    words: { fr: 'a consulté les identités à vérifier', en: 'read the identities to be checked' },
    needs: { 'identity-cell': 'role' },
  },
  'identity.decide': {
    words: { fr: 'a traité une identité à vérifier', en: 'settled an identity to be checked' },
    needs: { 'identity-cell': 'role' },
  },
  'versions.read': {
    words: { fr: 'a consulté les comptes rendus à départager', en: 'read the reports to be decided between' },
    needs: { biologist: 'own-structure' },
  },
  'versions.decide': {
    words: { fr: 'a départagé deux versions d’un compte rendu', en: 'decided between two versions of a report' },
    needs: { biologist: 'own-structure' },
  },
  'mapping.read': {
    words: { fr: 'a consulté les codes d’un laboratoire', en: 'read the codes of a laboratory' },
    needs: { biologist: 'own-structure-or-designated' },
  },
  'mapping.propose': {
    words: { fr: 'a proposé la correspondance d’un code', en: 'proposed what a code means' },
    needs: { biologist: 'own-structure' },
  },
  'mapping.validate': {
    words: { fr: 'a tranché une correspondance proposée', en: 'decided on a proposed mapping' },
    needs: { biologist: 'own-structure-or-designated' },
  },
  'mapping.designate': {
    words: { fr: 'a désigné le second validateur d’un laboratoire', en: 'designated the second validator of a laboratory' },
    needs: { operator: 'role' },
  },
  'coding.read': {
    words: { fr: 'a consulté la qualité du codage', en: 'read the quality of coding' },
    needs: { operator: 'role' },
  },
  'quarantine.list': {
    words: { fr: 'a consulté la liste des envois refusés', en: 'listed the refused deposits' },
    needs: { operator: 'role', biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'quarantine.read': {
    words: { fr: 'a ouvert un envoi refusé', en: 'opened a refused deposit' },
    needs: { biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'exchange.follow': {
    words: { fr: 'a suivi l’envoi d’un document', en: 'followed the sending of a document' },
    needs: { operator: 'role', biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'exchange.mail': {
    words: { fr: 'a relu un message envoyé', en: 'read a message that was sent' },
    needs: { biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'exchange.replay': {
    words: { fr: 'a relancé l’envoi de documents', en: 'replayed the sending of documents' },
    needs: { operator: 'role', biologist: 'own-structure' },
  },
  'exchange.recall': {
    words: {
      fr: 'a rappelé partout un document rangé chez un autre patient',
      en: 'recalled everywhere a document filed for another patient',
    },
    needs: { biologist: 'own-structure' },
  },
  'inbox.read': {
    words: { fr: 'a consulté ses résultats reçus', en: 'read the results they received' },
    needs: each([...CLINICAL_WORK, 'regulator'], 'role'),
  },
  'inbox.answer': {
    words: { fr: 'a dit avoir vu un résultat, ou l’a confié', en: 'said they saw a result, or gave it to a colleague' },
    needs: each([...CLINICAL_WORK, 'regulator'], 'role'),
  },
  'inbox.expect': {
    words: { fr: 'attend le résultat d’une prescription', en: 'expects the result of a prescription' },
    needs: each(['gp', 'specialist', 'midwife', 'dentist'], 'link'),
  },
  'critical.follow': {
    words: { fr: 'a suivi l’accusé d’un résultat critique', en: 'followed the acknowledgement of a critical result' },
    needs: { biologist: 'own-structure' },
  },
  'exchange.preview': {
    words: { fr: 'a demandé où irait un document', en: 'asked where a document would go' },
    needs: { biologist: 'own-structure', 'laboratory-system': 'own-structure' },
  },
  'rules.read': {
    words: { fr: 'a consulté ou essayé les règles d’acheminement', en: 'read or tried the rules of routing' },
    needs: { operator: 'role' },
  },
  'rules.write': {
    words: { fr: 'a changé les règles d’acheminement', en: 'changed the rules of routing' },
    needs: { operator: 'role' },
  },
  'senders.write': {
    words: { fr: 'a changé le registre des émetteurs', en: 'changed the register of senders' },
    needs: { operator: 'role' },
  },
  'region.read': {
    words: { fr: 'a consulté les compteurs de la région', en: 'read the counts of the region' },
    needs: { operator: 'role' },
  },
  'deposit.send': {
    words: { fr: 'a déposé un compte rendu', en: 'deposited a report' },
    direction: 'feed',
    needs: { 'laboratory-system': 'own-structure' },
  },
  'deposit.withdraw': {
    words: { fr: 'a retiré un document qu’il avait déposé', en: 'withdrew a document that it had deposited' },
    needs: { 'laboratory-system': 'own-structure' },
  },
  'deposit.receipt': {
    words: { fr: 'a consulté un accusé de dépôt', en: 'read a deposit receipt' },
    needs: { 'laboratory-system': 'own-structure' },
  },
} as const satisfies Record<string, ActionRights>;
