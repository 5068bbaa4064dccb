/** Codes and units: from what a laboratory printed to what can be compared. Pure; loads its tables once. */
export {
  CATALOGUE_VERSION,
  type CatalogueCode,
  catalogueRows,
  type Chapter,
  chapters,
  type PlainWords,
  type Preset,
  presets,
  type RowInfo,
  rowInfo,
  rowOfLoinc,
} from './catalogue.ts';
export * from './contract.ts';
export { type CodedResult, type CodingQuality, codingQuality } from './coding-quality.ts';
export { type Bringing, bringTo } from './conversion.ts';
export { readCriticalTable } from './critical-table.ts';
export { FamilyTableError, readFamilyTables } from './family-table.ts';
export { flagOfInterpretations } from './flag.ts';
export { readUnit } from './french-units.ts';
export { areOtherUnits } from './same-unit.ts';
export { normalise } from './normalise.ts';
export { checkCatalogue, type Finding, type OfficialCode, readLoincReplacements, readLoincTable, readValueSet } from './official-files.ts';
export { type Observed, type Proposal, proposeRows, type UsualValue } from './propose.ts';
export { dryRun, type DryRun, isSameReading, type LocalMapping, mappingFinder, normaliserFor, type RegionalTables } from './regional.ts';
export { isLoinc } from './row.ts';
export { type ScreenCatalogue, screenCatalogue, type ScreenRow } from './screen-catalogue.ts';
