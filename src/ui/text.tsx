import { type ReactNode, useCallback } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { IntlProvider, useIntl } from 'react-intl';
import type { Language } from './format.ts';

export type Messages = Readonly<Record<string, string>>;
type Values = Record<string, string | number | boolean | Date | null | undefined>;

/** Gives every component below the catalogue and the language of the reader; a missing key is a bug and throws. */
export function TextProvider({ language, messages, children }: { language: Language; messages: Messages; children: ReactNode }) {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  return (
    <IntlProvider
      locale={locale}
      messages={messages as Record<string, string>}
      onError={(error) => {
        if (error.code !== 'MISSING_DATA') throw error;
      }}
    >
      <I18nProvider locale={locale}>{children}</I18nProvider>
    </IntlProvider>
  );
}

export type Text = (key: string, values?: Values) => string;

/** `const t = useText(); t('app.search.none', {count})`: the words of a key of a messages catalogue. */
export function useText(): Text {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
}

/** The words of a key with parts of them marked up: `<b>…</b>` in the catalogue becomes strong text. */
export function Rich({ id, values }: { id: string; values?: Values }) {
  const intl = useIntl();
  return <>{intl.formatMessage({ id }, { ...values, b: bold })}</>;
}

const bold = (parts: ReactNode) => <strong>{parts}</strong>;

export function useLanguage(): Language {
  return useIntl().locale.startsWith('fr') ? 'fr' : 'en';
}
