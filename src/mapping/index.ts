/** From the codes that each laboratory uses to rows that compare: tables kept, edited, validated, and history normalised again. */
export { keepUp as keepMappingUp } from './keep-up.ts';
export { rereadAll } from './follow-rules.ts';
export { loadRelease } from './load-release.ts';
export { jobsOfRegion } from './store-jobs.ts';
export { releases } from './store-releases.ts';
export { renormaliseBatch } from './renormalise.ts';
export { mappingRoutes } from './routes.ts';
export { openTables as openMappingTables, type Tables as MappingTables } from './tables.ts';
export { toNormalise } from './to-normalise.ts';
export { linesBehind } from './line-behind.ts';
