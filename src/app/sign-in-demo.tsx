import { type ComponentType, Fragment } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import type { Role } from '#access/contract';
import {
  ageText,
  Button,
  CalendarIcon,
  CrossIcon,
  FlaskIcon,
  HeartIcon,
  Kbd,
  Notice,
  PersonIcon,
  PlusIcon,
  ProgressBar,
  PulseIcon,
  ScreenIcon,
  ShieldCheckIcon,
  showNumber,
  Sparkline,
  StethoscopeIcon,
  useLanguage,
  useShortcuts,
  useText,
  useToday,
} from '#ui';
import type { DemoRegion, DemoStory } from './demo-region.ts';
import { enterAs } from './enter.ts';
import { startVisit } from './visit-state.ts';

/** Cards by what one comes to do; the keys 1 to 9 then 0 follow this order. */
const GROUPS = [
  { group: 'care', roles: ['gp', 'specialist', 'nurse', 'pharmacist'] },
  { group: 'organise', roles: ['biologist', 'secretary', 'identity-cell', 'operator'] },
  { group: 'other', roles: ['patient', 'laboratory-system', 'dpo'] },
] as const satisfies readonly { group: string; roles: readonly Role[] }[];
const ORDER: readonly Role[] = GROUPS.flatMap(({ roles }) => [...roles]);
/** The first ten have a key. */
const keyOf = (role: Role) => (ORDER.indexOf(role) < 10 ? String((ORDER.indexOf(role) + 1) % 10) : undefined);

const ICONS: Partial<Record<Role, ComponentType<{ size?: number }>>> = {
  gp: StethoscopeIcon,
  specialist: HeartIcon,
  nurse: PlusIcon,
  pharmacist: CrossIcon,
  biologist: FlaskIcon,
  secretary: CalendarIcon,
  'identity-cell': ShieldCheckIcon,
  operator: PulseIcon,
  patient: PersonIcon,
  'laboratory-system': ScreenIcon,
  dpo: ShieldCheckIcon,
};

/** The demo's door: a card per role, one click and no password; three people of known story. */
export function DemoDoor({ region, hasFailed }: { region: DemoRegion | undefined; hasFailed: boolean }) {
  const t = useText();
  const story = region?.stories[0];
  const visit = story && (() => visitStory(story));
  useShortcuts({
    ...Object.fromEntries(ORDER.flatMap((role) => (keyOf(role) === undefined ? [] : [[keyOf(role), () => enterAs(role)]]))),
    v: visit,
  });
  return (
    <>
      {hasFailed ? <Notice isAlert title={t('app.signIn.noDemo')} /> : null}
      <section aria-labelledby="door-roles">
        <header className="app-door-headline">
          <h2 id="door-roles" className="app-door-head">
            {t('app.signIn.as')}
          </h2>
          <p className="app-page-note">{t('app.signIn.asNote')}</p>
        </header>
        {GROUPS.map(({ group, roles }) => (
          <Fragment key={group}>
            <h3 className="app-door-group">{t(`app.signIn.group.${group}`)}</h3>
            <ul className="app-door-cards">
              {roles.map((role) => (
                <li key={role}>
                  <RoleCard role={role} account={region?.cards.find(({ card }) => card === role)} />
                </li>
              ))}
            </ul>
          </Fragment>
        ))}
      </section>
      <section aria-labelledby="door-visit">
        <header className="app-door-headline">
          <h2 id="door-visit" className="app-door-head">
            {t('app.visit.title')}
          </h2>
          <p className="app-page-note">{t('app.visit.note')}</p>
          <span className="app-bar-space" />
          <Button look="primary" hint="V" isDisabled={!visit} {...(visit ? { onPress: visit } : {})}>
            {t('app.visit.start')}
          </Button>
        </header>
        <ul className="app-door-stories">
          {region?.stories.map((each) => (
            <li key={each.patientId}>
              <StoryCard story={each} />
            </li>
          ))}
        </ul>
        {region?.software ? (
          <p className="ui-caption app-door-software">
            {t('app.signIn.software')} <a href={region.software}>{t('app.signIn.softwareLink')}</a>
          </p>
        ) : null}
      </section>
    </>
  );
}

/** How far the region is loaded; one can already enter. */
export function RegionProgress({ loading }: { loading: DemoRegion['loading'] }) {
  const t = useText();
  const language = useLanguage();
  const { done, total, perSecond, finished } = loading;
  const counted = { done: showNumber(done, 0, language), total: showNumber(total, 0, language) };
  return (
    <div className="app-door-progress">
      <ProgressBar
        label={t(finished ? 'app.region.full' : 'app.region.filling')}
        part={total === 0 ? 1 : done / total}
        words={t(finished ? 'app.region.all' : 'app.region.some', counted)}
      />
      <p className="ui-caption ui-figures">
        {finished ? t('app.region.live') : t('app.region.rate', { rate: showNumber(perSecond, 0, language) })}
      </p>
    </div>
  );
}

function RoleCard({ role, account }: { role: Role; account: DemoRegion['cards'][number] | undefined }) {
  const t = useText();
  const language = useLanguage();
  const Icon = ICONS[role] ?? PersonIcon;
  return (
    <a className="app-door-card" href={`/api/sign-in?card=${role}`}>
      <Icon size={20} />
      <span className="app-door-card-words">
        <span className="app-door-card-role">{t(`app.role.${role}`)}</span>
        <span>{account?.name}</span>
        <span className="ui-caption">{account?.detail[language]}</span>
      </span>
      {keyOf(role) === undefined ? null : <Kbd>{keyOf(role)!}</Kbd>}
    </a>
  );
}

function StoryCard({ story }: { story: DemoStory }) {
  const t = useText();
  const today = useToday();
  const language = useLanguage();
  return (
    <AriaButton className="app-door-card app-door-story" onPress={() => visitStory(story)}>
      <span className="app-door-card-words">
        <span className="app-door-card-role">{story.name}</span>
        <span>
          {ageText(story.birthDate, today, t)} · {story.title[language]}
        </span>
        <span className="ui-caption">{story.detail[language]}</span>
        <StoryTrend trend={story.trend} />
      </span>
    </AriaButton>
  );
}

/** What one will see move. Days count from today, which is at the right. */
function StoryTrend({ trend: { name, days, low, high, points } }: Pick<DemoStory, 'trend'>) {
  const t = useText();
  const language = useLanguage();
  return (
    <span className="app-door-trend">
      <Sparkline
        points={points.map(({ ago, value }) => ({ at: -ago, value }))}
        from={-days}
        to={0}
        band={{ low, high }}
        width={116}
        height={34}
      />
      <span className="ui-caption">{t('app.visit.trend', { name: name[language], months: Math.round(days / 30.5) })}</span>
    </span>
  );
}

/** The visit is made in the shoes of the general practitioner who follows the three people. */
function visitStory(story: DemoStory): void {
  startVisit({ patientId: story.patientId, name: story.name });
  enterAs('gp');
}
