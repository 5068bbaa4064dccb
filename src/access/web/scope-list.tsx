import { type Text, useLanguage, useText } from '#ui';
import type { SoftwareAsking } from '../contract.ts';

type Scope = SoftwareAsking['scopes'][number];

/** Types that have words of their own; another is said by its name in FHIR. */
const TOLD: ReadonlySet<string> = new Set([
  'Patient',
  'Observation',
  'DiagnosticReport',
  'Specimen',
  'DocumentReference',
  'Binary',
  'List',
  'AuditEvent',
  'Subscription',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'AllergyIntolerance',
  'CareTeam',
  'Condition',
  'Consent',
  'Encounter',
  'FamilyMemberHistory',
  'Immunization',
  'Location',
  'MedicationRequest',
  'MedicationStatement',
  'Procedure',
  'Provenance',
]);
/** What is of nobody: there is no patient to say. */
const DIRECTORY: ReadonlySet<string> = new Set(['Organization', 'Location', 'Practitioner', 'PractitionerRole']);
const VERBS = { r: 'read', s: 'read', c: 'add', u: 'change', d: 'remove' } as const;

/** What a software asks, scope by scope, in words; what narrows one is said as it was written. */
export function ScopeList({ scopes, asksWho, patient }: Pick<SoftwareAsking, 'scopes' | 'asksWho' | 'patient'>) {
  const t = useText();
  const language = useLanguage();
  return (
    <ul className="access-authorise-scopes">
      {scopes.map((scope) => (
        <li key={JSON.stringify(scope)}>
          <strong>{wordsOf(scope, t, language)}</strong>{' '}
          {DIRECTORY.has(scope.type) ? null : t('access.authorise.ofWhom', { whom: patient === 'own' ? 'own' : scope.context })}
          {scope.query.map(([name, value]) => (
            <span key={name} className="access-authorise-narrow">
              {t('access.authorise.only')} <code>{`${name} = ${value}`}</code>
            </span>
          ))}
        </li>
      ))}
      {asksWho ? <li>{t('access.authorise.who')}</li> : null}
    </ul>
  );
}

function wordsOf({ type, permissions }: Scope, t: Text, language: string): string {
  const verbs = [...new Set(permissions.map((letter) => VERBS[letter as keyof typeof VERBS]))].map((verb) =>
    t(`access.authorise.verb.${verb}`),
  );
  const what = type === '*' ? t('access.authorise.type.all') : TOLD.has(type) ? t(`access.authorise.type.${type}`) : type;
  return t('access.authorise.line', { verbs: new Intl.ListFormat(language).format(verbs), what });
}
