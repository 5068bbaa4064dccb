import type { PatientPageProps } from '#ui';
import type { SavedView } from '../contract.ts';
import type { CellPlace } from './grid-table.tsx';
import type { BiologyData, Waiting } from './use-biology.ts';

export interface PlaceMemory {
  get: () => CellPlace | undefined;
  set: (place: CellPlace) => void;
}

/** What every view of the page shares: the data, the place in the grid to come back to, the way to change the address. */
export interface ViewProps extends PatientPageProps {
  data: BiologyData;
  /** Kept by the reader or by their structure; they stand among the presets of the catalogue too. */
  views: readonly SavedView[];
  /** The focused cell: kept while a curve or a source is open. Not a state: moving must draw the table only. */
  memory: PlaceMemory;
  /** Reports that came since and wait. */
  waiting?: Waiting;
  onShow: () => void;
}
