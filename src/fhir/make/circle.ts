import type { ChoiceKind, LinkRow } from '#access';
import { plainId, seriesId } from '../wire/ids.ts';
import { compact, type Reference, type Resource, versionedByContent } from '../wire/resource.ts';

const LINK_CODES = 'urn:cigogne:care-link';
const CHOICE_CODES = 'urn:cigogne:patient-choice';
const CODE = 'http://terminology.hl7.org/CodeSystem';

/** What somebody decided, of one holder or of everyone (empty), since when. */
export interface Choice {
  kind: ChoiceKind;
  holder: string;
  since: Date;
}

/** In the words of the patient's own screens. */
const ROLES: Readonly<Record<string, string>> = {
  'treating-doctor': 'Médecin traitant',
  'care-team': 'Équipe de soins',
  consent: 'Accord donné pour une consultation',
  'break-glass': 'Accès en urgence',
  producer: 'Laboratoire qui a produit un compte rendu',
  representative: 'Représentant',
};

/** What each choice denies, as FHIR R4 says it (Consent.provision). `deceased` is no choice, and is not told as one. */
const DENIED: Readonly<Partial<Record<Choice['kind'], { text: string; said: Record<string, unknown> }>>> = {
  blocks: { text: 'Cette personne ne peut pas ouvrir le dossier', said: { action: [action('access')] } },
  'refuses-break-glass': { text: 'Pas d’accès en urgence', said: { purpose: [{ system: `${CODE}/v3-ActReason`, code: 'BTG' }] } },
  'refuses-regulation': {
    text: 'Pas d’accès par la régulation médicale',
    said: { action: [action('access')], purpose: [{ system: `${CODE}/v3-ActReason`, code: 'ETREAT' }] },
  },
  'opposes-consultation': { text: 'Opposition à la consultation', said: { action: [action('access')] } },
  'opposes-feeding': { text: 'Opposition à l’alimentation', said: { action: [action('collect')] } },
  closed: { text: 'Dossier fermé', said: { action: [action('access'), action('collect')] } },
};

function action(code: string) {
  return { coding: [{ system: `${CODE}/consentaction`, code }] };
}

/** A person or a structure, by the identifier that the directory serves them under. */
function referenceTo(holder: string, name: string | undefined): Reference | { display?: string | undefined } {
  const [, kind, number = ''] = /^(rpps|structure):(.*)$/.exec(holder) ?? [];
  if (kind === undefined) return compact({ display: name });
  return compact({ reference: `${kind === 'structure' ? 'Organization' : 'Practitioner'}/${plainId(number)}`, display: name });
}

/** Who may open a record, and on what ground. @param nameOf the directory's name of a holder */
export function careTeam(patientId: string, links: readonly LinkRow[], nameOf: (holder: string) => string | undefined): Resource {
  return versionedByContent(
    compact<Resource>({
      resourceType: 'CareTeam',
      id: seriesId(patientId, 'care-team', ''),
      status: 'active',
      subject: { reference: `Patient/${patientId}` },
      participant: links.map(({ holder, kind, since, until }) => ({
        role: [{ coding: [{ system: LINK_CODES, code: kind }], text: ROLES[kind] }],
        member: referenceTo(holder, nameOf(holder)),
        period: compact({ start: since.toISOString(), end: until?.toISOString() }),
      })),
    }),
  );
}

/** What a patient decided of their record, a Consent for each decision in force. */
export function consents(patientId: string, choices: readonly Choice[], nameOf: (holder: string) => string | undefined): Resource[] {
  return choices.flatMap(({ kind, holder, since }) => {
    const denied = DENIED[kind];
    if (!denied) return [];
    const actor =
      holder === ''
        ? undefined
        : [
            {
              role: { coding: [{ system: `${CODE}/v3-ParticipationType`, code: 'IRCP' }] },
              reference: referenceTo(holder, nameOf(holder)),
            },
          ];
    return versionedByContent(
      compact<Resource>({
        resourceType: 'Consent',
        id: seriesId(patientId, `choice ${kind}`, holder),
        status: 'active',
        scope: { coding: [{ system: `${CODE}/consentscope`, code: 'patient-privacy' }] },
        category: [{ coding: [{ system: CHOICE_CODES, code: kind }], text: denied.text }],
        patient: { reference: `Patient/${patientId}` },
        dateTime: since.toISOString(),
        policyRule: { coding: [{ system: `${CODE}/v3-ActCode`, code: 'OPTOUT' }] },
        provision: compact({ type: 'deny', period: { start: since.toISOString() }, actor, ...denied.said }),
      }),
    );
  });
}
