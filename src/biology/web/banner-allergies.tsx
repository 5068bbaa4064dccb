import { showDate, useLanguage, useText } from '#ui';
import { useRecordContext } from './use-context.ts';
import { REGION_ZONE } from './view.ts';

/**
 * What the patient does not bear, as the documents that this reader may see tell it in codes, for the identity banner. Where none tells of
 * one, it is said that none does: that nobody wrote it is not that there is none.
 */
export function BannerAllergies({ patientId }: { patientId: string }) {
  const t = useText();
  const language = useLanguage();
  const { data, error } = useRecordContext(patientId);
  const [latest] = data?.allergies ?? [];
  // Told by whoever draws the banner: silence would read as none.
  if (error && !data) throw error;
  if (!data) return null;
  if (!latest)
    return (
      <>
        <p className="ui-banner-main ui-banner-quiet">{t('biology.banner.noAllergy')}</p>
        <p className="ui-banner-line">{t('biology.banner.noAllergySaid')}</p>
      </>
    );
  const names = data.allergies.map(({ words }) => words).join(', ');
  return (
    <>
      <p className="ui-banner-main" title={names}>
        {t('biology.banner.allergies', { count: data.allergies.length, names })}
      </p>
      <p className="ui-banner-line">
        {t('biology.banner.said', { structure: latest.structure, day: showDate(latest.saidAt, language, REGION_ZONE) })}
      </p>
    </>
  );
}
