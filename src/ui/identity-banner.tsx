import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Dialog as AriaDialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { ageOn, showBirthDate, showIns, showLongBirthDate, showLongDate } from './format.ts';
import { ShieldCheckIcon, ShieldDashedIcon, ShieldIcon } from './icons.tsx';
import { type Text, useLanguage, useText } from './text.tsx';
import './identity-banner.css';

/** A person as the banner shows them: names as received, never restyled. */
export interface BannerPatient {
  traits: {
    birthFamily: string;
    birthGivens: string;
    firstBirthGiven: string;
    usedFamily?: string | undefined;
    usedGiven?: string | undefined;
    sex: 'M' | 'F' | 'UN';
    /** `YYYY-MM-DD`, unknown parts `00`. */
    birthDate: string;
    birthPlace?: { cog?: string | undefined; label?: string | undefined } | undefined;
  };
  status: 'provisional' | 'retrieved' | 'validated' | 'qualified';
  ins?: { oid: string; value: string } | undefined;
  attributes: readonly string[];
  deceasedOn?: string | undefined;
}

interface IdentityBannerProps {
  patient: BannerPatient;
  /** `YYYY-MM-DD`. */
  today: string;
  /** Why this reader is here, and since when. */
  reason?: ReactNode;
  /** What the patient does not bear: it comes later, in a room kept for it before why the reader is here, so that it moves nothing. */
  allergies?: ReactNode;
}

/** Longer names, in letters, are set smaller on two lines before anything is cut. */
const LONG_NAME = 24;
const LONG_WHOLE_NAME = 32;
const TEST_INS = /^1\.2\.250\.1\.213\.1\.4\.(10|11)$/;

/**
 * Who one is reading about: one line of blocks, never scrolled away, at the same place on every patient page. Each block is found
 * by its place, not by reading.
 */
export function IdentityBanner({ patient, today, reason, allergies }: IdentityBannerProps) {
  const t = useText();
  const { traits } = patient;
  const given = traits.usedGiven ?? traits.firstBirthGiven;
  const isLong = traits.birthFamily.length > LONG_NAME || traits.birthFamily.length + given.length > LONG_WHOLE_NAME;
  return (
    <section className="ui-banner" aria-label={t('ui.banner.label')}>
      <div className="ui-banner-block ui-banner-who">
        <h1 className={`ui-banner-name ${isLong ? 'ui-banner-long' : ''}`}>
          <bdi className="ui-banner-family">{traits.birthFamily}</bdi> <bdi className="ui-banner-given">{given}</bdi>
        </h1>
        <p className="ui-banner-line ui-banner-wide">
          <Names patient={patient} />
        </p>
        <p className="ui-banner-line ui-banner-narrow">
          {t('ui.banner.sexShort', { sex: traits.sex })} · {ageText(traits.birthDate, today, t)} · {showBirthDate(traits.birthDate)}
        </p>
      </div>
      <div className="ui-banner-block ui-banner-wide ui-banner-birth">
        <Birth patient={patient} today={today} />
      </div>
      <div className="ui-banner-block ui-banner-ins">
        <Ins patient={patient} />
      </div>
      {patient.deceasedOn ? (
        <div className="ui-banner-block ui-banner-deceased">
          <Deceased on={patient.deceasedOn} sex={traits.sex} />
        </div>
      ) : null}
      {allergies ? <div className="ui-banner-block ui-banner-wide ui-banner-allergies">{allergies}</div> : null}
      {reason ? <div className="ui-banner-block ui-banner-wide ui-banner-reason">{reason}</div> : null}
      <Rest patient={patient} today={today} reason={reason} allergies={allergies} />
    </section>
  );
}

/** `71 ans`; under three years, `8 mois`. */
export function ageText(birthDate: string, today: string, t: Text): string {
  const { years, months } = ageOn(birthDate, today);
  return years < 3 ? t('ui.age.months', { count: months }) : t('ui.age.years', { count: years });
}

/** `ESSAI-MARCHAND Odette, 14/06/1955 — Biologie`: the title of a window that shows this person. */
export function patientTitle({ traits }: Pick<BannerPatient, 'traits'>, page: string): string {
  return `${traits.birthFamily} ${traits.usedGiven ?? traits.firstBirthGiven}, ${showBirthDate(traits.birthDate)} — ${page}`;
}

function Names({ patient: { traits } }: { patient: BannerPatient }) {
  const t = useText();
  const used = traits.usedFamily ? `${traits.usedFamily} ${traits.usedGiven ?? traits.firstBirthGiven}` : undefined;
  return (
    <>
      <span>
        {t('ui.banner.givens', { count: traits.birthGivens.trim().split(/[\s,]+/).length })}{' '}
        <bdi>
          {traits.birthGivens
            .trim()
            .split(/[\s,]+/)
            .join(', ')}
        </bdi>
      </span>
      {used ? (
        <span>
          {' · '}
          {t('ui.banner.uses')} <bdi className="ui-banner-used">{used}</bdi>
        </span>
      ) : null}
    </>
  );
}

function Birth({ patient: { traits }, today }: { patient: BannerPatient; today: string }) {
  const t = useText();
  const language = useLanguage();
  const { label, cog } = traits.birthPlace ?? {};
  const place = label && cog ? `${label} (${cog})` : (label ?? cog);
  const born = t('ui.banner.born', { sex: traits.sex, date: showLongBirthDate(traits.birthDate, language) });
  return (
    <>
      <p className="ui-banner-main">
        {t('ui.banner.sex', { sex: traits.sex })}, {ageText(traits.birthDate, today, t)}
      </p>
      <p className="ui-banner-line">
        {born}
        {place ? ` ${t('ui.banner.at')} ` : ''}
        <bdi>{place}</bdi>
      </p>
    </>
  );
}

function Ins({ patient: { status, ins, attributes } }: { patient: BannerPatient }) {
  const t = useText();
  const Shield = status === 'qualified' ? ShieldCheckIcon : status === 'provisional' ? ShieldDashedIcon : ShieldIcon;
  const shown = ins ? showIns(ins.value) : undefined;
  return (
    <>
      <p className="ui-banner-main ui-banner-status" data-status={status}>
        <Shield size={15} />
        <span className="ui-banner-status-long">{t('ui.banner.status', { status })}</span>
        <span className="ui-banner-status-short">{t('ui.banner.statusShort', { status })}</span>
      </p>
      <p className="ui-banner-line ui-banner-wide ui-figures">
        {shown ? t('ui.banner.ins', shown) : t('ui.banner.noIns')}
        {ins && TEST_INS.test(ins.oid) ? ` · ${t('ui.banner.testIns')}` : ''}
        {attributes.map((attribute) => (
          <span key={attribute}> · {t('ui.banner.attribute', { attribute })}</span>
        ))}
      </p>
    </>
  );
}

function Deceased({ on, sex }: { on: string; sex: string }) {
  const t = useText();
  const language = useLanguage();
  if (on.startsWith('0000')) return <p className="ui-banner-main">{t('ui.banner.deceasedOnce', { sex })}</p>;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(on) ? showLongBirthDate(on, language) : showLongDate(on, language);
  return <p className="ui-banner-main">{t('ui.banner.deceased', { sex, date: day })}</p>;
}

/** On a narrow or zoomed page, what folds: opened by one key, never lost. */
function Rest({ patient, today, reason, allergies }: IdentityBannerProps) {
  const t = useText();
  return (
    <div className="ui-banner-more">
      <DialogTrigger>
        <AriaButton className="ui-button ui-button-plain">
          <span aria-hidden="true">…</span>
          <span className="ui-hidden">{t('ui.banner.more')}</span>
        </AriaButton>
        <Popover className="ui-popover" placement="bottom end">
          <AriaDialog className="ui-banner-rest" aria-label={t('ui.banner.label')}>
            <p>
              <Names patient={patient} />
            </p>
            <div>
              <Birth patient={patient} today={today} />
            </div>
            <div>
              <Ins patient={patient} />
            </div>
            {allergies ? <div>{allergies}</div> : null}
            {reason ? <div>{reason}</div> : null}
          </AriaDialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}
