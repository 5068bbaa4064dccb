import type { Finding } from '../cda/rules/rule.ts';
import type { ReadingWarning } from '../lab-report.ts';

/** Reading warnings in French, by code; English comes with the warning itself. */
const FRENCH: Readonly<Record<string, string>> = {
  'body.not-a-pdf': 'Le corps se dit PDF et n’en est pas un.',
  'corrections.only': 'Chaque ligne corrige un résultat déjà envoyé : les résultats inchangés sont à renvoyer aussi.',
  'entry.nested-act': 'Un acte en contient un autre : seul le contenu est lu.',
  'entry.unread': 'Un élément d’une entrée n’est pas lu ; il reste dans le document.',
  'header.related-document': 'Un document lié qui n’est pas un remplacement : non suivi.',
  'header.template': 'Le document ne dit pas de quel modèle il est.',
  'header.version': 'Pas de numéro de version : lu comme version 1.',
  'hprim.birth-date': 'La date de naissance n’est pas de la forme JJ/MM/AAAA : non lue.',
  'hprim.birth-name': 'P-6 n’est pas lu : les émetteurs n’y mettent pas tous la même chose.',
  'hprim.date': 'La date du dossier n’est pas de la forme JJ/MM/AAAA.',
  'hprim.encoding': 'Le fichier ne dit pas son codage : un codage rare a été reconnu à ses lettres.',
  'hprim.line': 'La ligne n’est pas comprise ; elle est gardée telle quelle.',
  'hprim.no-results': 'Pas de partie codée (****LAB****) : le texte est lu, aucun résultat ne l’est.',
  'hprim.number': 'Un résultat dit numérique n’est pas un nombre : lu comme du texte.',
  'hprim.patient-code': 'Le code patient ne contient aucun chiffre : il ne sert pas d’identifiant.',
  'hprim.sender': 'L’émetteur ne donne pas son code : ses numéros n’identifient rien ailleurs.',
  'line.unread': 'Une ligne du message n’est pas lue.',
  'narrative.mismatch': 'Le texte imprime un autre nombre que l’entrée.',
  'narrative.missing': 'Le texte de la section n’imprime pas la valeur de l’entrée.',
  'reference.ambiguous': 'Plusieurs éléments du document ont l’ID que donne la référence.',
  'reference.dangling': 'Une référence ne mène à aucun élément du texte.',
  'status.unknown': 'Le statut n’est pas de la table.',
  'unit.kept-in-text': 'L’unité est restée dans le texte de la valeur.',
  'unit.unescaped': 'L’unité contient un séparateur non protégé : elle a été recollée.',
  'value.empty': 'La valeur est vide.',
  'value.several': 'Plusieurs valeurs là où une est attendue.',
  'value.type': 'Le type de la valeur ne correspond pas à ce qui est écrit : lu comme du texte.',
  'value.type-unknown': 'Le type de la valeur n’est pas du modèle : lu comme du texte.',
  'xdm.missing': 'Une métadonnée obligatoire manque.',
  'xdm.relation': 'Une relation entre documents désigne un document inconnu.',
  'xdm.unique-id': 'L’identifiant des métadonnées n’est pas celui du document.',
};

/** A warning of a reader as a finding: a rule of its own, that breaks nothing but is better mended. */
export const findingOf = ({ code, at, message }: ReadingWarning): Finding => ({
  rule: code,
  severity: 'warning',
  at,
  message: { fr: FRENCH[code] ?? `Avertissement de lecture (${code}).`, en: `${message[0]!.toUpperCase()}${message.slice(1)}.` },
  remedy: {
    fr: 'Vérifier l’endroit indiqué dans le logiciel qui écrit le document.',
    en: 'Check the place named in the software that writes the document.',
  },
});
