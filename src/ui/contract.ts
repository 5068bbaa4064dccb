/** What runs before the kit is there: no component, no style. */
export { askAhead, forgetAhead, listenAhead, sendAhead } from './ahead.ts';
export { applyPreferences, readPreferences } from './kept-preferences.ts';
