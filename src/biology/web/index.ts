/** The biology pages, for the browser shell. */
export { BiologyPage } from './biology.page.tsx';
