/** The biology pages, for the browser shell. */
export { BiologyPage } from './biology.page.tsx';

/** What the patient does not bear, for their banner: fetched after the results, so apart from them. */
export const bannerAllergies = () => import('./banner-allergies.tsx').then((part) => ({ default: part.BannerAllergies }));
