import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Mark, Segmented, usePreferences, useText } from '#ui';
import { demoQuery } from './demo-region.ts';
import { DemoDoor, RegionProgress } from './sign-in-demo.tsx';
import { useSession } from './session.tsx';
import './sign-in.css';

/** The door. In the demo, a card per role; elsewhere, the sign-in of the professionals' provider. */
export function SignInPage() {
  const t = useText();
  const { mode } = useSession();
  const isDemo = mode === 'demo';
  const { data: region, error } = useQuery({ ...demoQuery, enabled: isDemo });
  useEffect(() => {
    document.title = `${t('app.signIn.title')} — Cigogne`;
  }, [t]);
  return (
    <div className="app-door">
      <header className="app-door-side">
        <p className="app-door-brand">
          <Mark size={26} />
          Cigogne
        </p>
        <h1 className="app-door-title">{t('app.signIn.headline')}</h1>
        <p className="app-door-lead">{isDemo ? t('app.signIn.demoLead') : t('app.signIn.lead')}</p>
        {region ? <RegionProgress loading={region.loading} /> : null}
      </header>
      <main className="app-door-main">{isDemo ? <DemoDoor region={region} hasFailed={error !== null} /> : <ProductionDoor />}</main>
      <footer className="app-door-foot">
        {isDemo ? (
          <div>
            <h2 className="app-door-small">{t('app.signIn.production')}</h2>
            <p>{t('app.signIn.productionText')}</p>
          </div>
        ) : null}
        <Switches />
      </footer>
    </div>
  );
}

function ProductionDoor() {
  const t = useText();
  return (
    <section className="app-door-provider" aria-labelledby="door-title">
      <h2 id="door-title" className="app-door-head">
        {t('app.signIn.title')}
      </h2>
      <p>{t('app.signIn.provider')}</p>
      <a className="ui-button ui-button-primary ui-button-large" href="/api/sign-in">
        {t('app.signIn.go')}
      </a>
    </section>
  );
}

function Switches() {
  const t = useText();
  const { language, theme, set } = usePreferences();
  return (
    <div className="app-door-switches">
      <Segmented
        label={t('app.language')}
        value={language}
        onChange={(chosen) => set({ language: chosen })}
        choices={[
          { value: 'fr', label: <span lang="fr">Français</span> },
          { value: 'en', label: <span lang="en">English</span> },
        ]}
      />
      <Segmented
        label={t('app.theme')}
        value={theme}
        onChange={(chosen) => set({ theme: chosen })}
        choices={[
          { value: 'light', label: t('app.theme.lightShort') },
          { value: 'dark', label: t('app.theme.darkShort') },
          { value: 'system', label: t('app.theme.systemShort') },
        ]}
      />
    </div>
  );
}
