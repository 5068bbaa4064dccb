import { Notice, ProgressBar, showNumber, useLanguage, useText } from '#ui';
import type { JobView } from '../contract.ts';

/** History being read again, with its progress; the last one done in a sentence. */
export function Jobs({ jobs }: { jobs: readonly JobView[] }) {
  const t = useText();
  const language = useLanguage();
  const number = (value: number) => showNumber(value, 0, language);
  const [latest] = jobs;
  if (!latest) return null;
  if (latest.finishedAt !== null)
    return (
      <Notice tone="quiet">
        {t('mapping.job.done', {
          version: latest.version,
          results: number(latest.results),
          count: latest.changedResults,
          changed: number(latest.changedResults),
          documents: latest.changedDocuments,
        })}
      </Notice>
    );
  const expected = Math.max(latest.expectedResults, latest.results, 1);
  return (
    <ProgressBar
      label={t('mapping.job.running', { version: latest.version })}
      part={latest.results / expected}
      words={t('mapping.job.progress', {
        results: number(latest.results),
        expected: number(expected),
        changed: number(latest.changedResults),
      })}
    />
  );
}
