import { Link } from '@tanstack/react-router';
import type { Role } from '#access/contract';
import { Mark, Menu, PersonIcon, Tag, usePreferences, useText } from '#ui';
import { PatientSearchBox } from './patient-search.tsx';
import { usePerson, useSession } from './session.tsx';
import './top-bar.css';

/** Roles whose work needs no patient search. */
const DO_NOT_SEARCH: ReadonlySet<Role> = new Set(['operator', 'dpo', 'laboratory-system', 'patient', 'identity-cell']);

/** Roles to whom results are addressed, or who are told when nobody answers. */
const RECEIVES: ReadonlySet<Role> = new Set(['gp', 'specialist', 'nurse', 'pharmacist', 'midwife', 'dentist', 'regulator']);

/** Roles with a mailbox of the secure mail, or that one is given to. */
const MAILS: ReadonlySet<Role> = new Set(['gp', 'specialist', 'nurse', 'pharmacist', 'midwife', 'dentist', 'biologist', 'secretary']);

/** Roles that see how many discharge letters left on the day: of their hospital, or of the region. */
const COUNTS_LETTERS: ReadonlySet<Role> = new Set(['specialist', 'operator']);

/** Roles that follow what is sent on. */
const FOLLOWS: ReadonlySet<Role> = new Set(['operator', 'biologist', 'laboratory-system']);

/** The search, the places of this role, who is signed in. */
export function TopBar() {
  const t = useText();
  const { mode, person } = useSession();
  if (!person) return null;
  const searches = !DO_NOT_SEARCH.has(person.role);
  return (
    <header className="app-bar">
      <Link to="/" className="app-brand" aria-label={t('app.home')}>
        <Mark />
        <span className="app-brand-name">Cigogne</span>
      </Link>
      {searches ? <PatientSearchBox /> : null}
      <Places role={person.role} searches={searches} />
      <span className="app-bar-space" />
      {mode === 'demo' ? (
        <span className="app-demo">
          <Tag tone="notice">
            <span className="app-demo-long">{t('app.demo')}</span>
            <span className="app-demo-short">{t('app.demoShort')}</span>
          </Tag>
        </span>
      ) : null}
      <WhoMenu />
    </header>
  );
}

/** Where this role works; a patient's places are under the thumb instead. */
function Places({ role, searches }: { role: Role; searches: boolean }) {
  const t = useText();
  if (role === 'patient') return <span className="app-bar-title">{t('app.own.title')}</span>;
  return (
    <nav className="app-places" aria-label={t('app.places')}>
      {searches ? (
        <Link to="/patients" activeOptions={{ exact: true }}>
          {t('app.places.patients')}
        </Link>
      ) : null}
      {RECEIVES.has(role) ? <Link to="/inbox">{t('app.places.inbox')}</Link> : null}
      {MAILS.has(role) ? <Link to="/mail">{t('app.places.mail')}</Link> : null}
      {role === 'biologist' ? <Link to="/unacknowledged">{t('app.places.unacknowledged')}</Link> : null}
      {COUNTS_LETTERS.has(role) ? <Link to="/letters">{t('app.places.letters')}</Link> : null}
      {role === 'operator' ? <Link to="/region">{t('app.places.region')}</Link> : null}
      {role === 'dpo' ? <Link to="/audit">{t('app.places.audit')}</Link> : null}
      {role === 'dpo' ? <Link to="/rights">{t('app.places.rights')}</Link> : null}
      {role === 'biologist' ? <Link to="/versions">{t('app.places.versions')}</Link> : null}
      {role === 'biologist' ? <Link to="/mapping">{t('app.places.mapping')}</Link> : null}
      {role === 'operator' ? <Link to="/senders">{t('app.places.senders')}</Link> : null}
      {FOLLOWS.has(role) ? <Link to="/exchange">{t('app.places.exchange')}</Link> : null}
      {role === 'operator' ? <Link to="/rules">{t('app.places.rules')}</Link> : null}
      <Link to="/directory">{t('app.places.directory')}</Link>
      {role === 'laboratory-system' ? <Link to="/laboratory">{t('app.places.laboratory')}</Link> : null}
    </nav>
  );
}

function WhoMenu() {
  const t = useText();
  const person = usePerson();
  const { signOut } = useSession();
  const { language, theme, letterKeys, set } = usePreferences();
  const choose = (id: string) => {
    if (id === 'leave') void signOut();
    else if (id === 'language') set({ language: language === 'fr' ? 'en' : 'fr' });
    else if (id === 'letters') set({ letterKeys: !letterKeys });
    else if (id === 'light' || id === 'dark' || id === 'system') set({ theme: id });
  };
  const place = [t(`app.role.${person.role}`), person.organisation?.name].filter(Boolean).join(' · ');
  return (
    <Menu
      look="quiet"
      label={t('app.me')}
      trigger={
        <span className="app-who">
          <span className="app-who-words">
            <span className="app-who-name">{person.name}</span>
            <span className="ui-caption">{place}</span>
          </span>
          <span className="ui-hidden">{t('app.me')}</span>
          <PersonIcon />
        </span>
      }
      choices={[
        { id: 'light', label: t('app.theme.light'), isChosen: theme === 'light' },
        { id: 'dark', label: t('app.theme.dark'), isChosen: theme === 'dark' },
        { id: 'system', label: t('app.theme.system'), isChosen: theme === 'system' },
        { id: 'letters', label: t('app.letterKeys'), isChosen: letterKeys },
        { id: 'language', label: t('app.otherLanguage') },
        { id: 'leave', label: t('app.leave') },
      ]}
      onChoose={choose}
    />
  );
}
