/** The workbench of a laboratory's biologists, and the table of coding quality for the regional team. */
export { MappingPage } from './mapping.page.tsx';
export { RegionCoding } from './region-coding.tsx';
