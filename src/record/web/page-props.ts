import type { PatientPageProps } from '#ui';

export interface DocumentsPageProps extends PatientPageProps {
  /** Principal id of the reader: whose documents are `Vous`. */
  me: string;
  /** FINESS of the laboratory whose sendings the reader follows. */
  follows?: string | undefined;
}
