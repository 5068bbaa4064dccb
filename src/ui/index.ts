/** The kit: looks and behaviours with no health rule inside. Tokens and base styles come with it. */
import './tokens.css';
import './base.css';
import './table.css';
import './tabs.css';

export { AnnouncerProvider, useAnnounce } from './announcer.tsx';
export { api, ApiError, type ApiOptions, type RefusalBody } from './api.ts';
export { base64Of } from './base64.ts';
export { Boundary } from './boundary.tsx';
export { Button, type ButtonProps } from './button.tsx';
export { tokenColour } from './colours.ts';
export { Dialog } from './dialog.tsx';
export { SearchField, TextField } from './fields.tsx';
export { FlagGlyph, type Grade } from './flag-glyph.tsx';
export {
  ageOn,
  clockTime,
  dayOf,
  instantAt,
  keepFrenchMarks,
  type Language,
  showBirthDate,
  showChange,
  showDate,
  showIns,
  showInterval,
  showLongBirthDate,
  showLongDate,
  showNumber,
  showPhone,
  showPercent,
  showPrinted,
  showShortDate,
  showTime,
} from './format.ts';
export * from './icons.tsx';
export { ageText, type BannerPatient, IdentityBanner, patientTitle } from './identity-banner.tsx';
export { Kbd, KeyHints } from './kbd.tsx';
export { Mark } from './mark.tsx';
export { perform } from './perform.ts';
export { usePrintedIdentity } from './printed-identity.ts';
export { Menu, type MenuChoice } from './menu.tsx';
export { LabCode, Notice, Tag } from './notice.tsx';
export { type PatientPageProps, type PatientSearch, readPatientSearch } from './patient-page.ts';
export type { Preferences, Theme } from './kept-preferences.ts';
export { PreferencesProvider, usePreferences } from './preferences.tsx';
export { ProgressBar } from './progress-bar.tsx';
export { type Choice, Segmented, Toggle } from './segmented.tsx';
export { useServerEvents } from './server-events.ts';
export { isWritingPlace, keyName, type Shortcuts, useShortcuts } from './shortcuts.ts';
export { REGION_ZONE, setRegionZone, type Zone } from './region-zone.ts';
export { Sparkline } from './sparkline.tsx';
export { type SparkPoint, sparklinePaths } from './sparkline-paths.ts';
export { useToday } from './today.ts';
export { type Messages, Rich, type Text, TextProvider, useLanguage, useText } from './text.tsx';
