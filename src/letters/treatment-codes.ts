import type { Coded } from '#formats';

/** Ways of giving a medicine: EDQM standard terms, as the national models write them. */
const ROUTE_NAMES = {
  '20053000': 'Voie orale',
  '20066000': 'Voie sous-cutanée',
  '20045000': 'Voie intraveineuse',
  '20035000': 'Voie intramusculaire',
  '20020000': 'Voie inhalée',
  '20003000': 'Voie cutanée',
  '20070000': 'Voie transdermique',
  '20051000': 'Voie ophtalmique',
  '20061000': 'Voie rectale',
} as const;
export type RouteCode = keyof typeof ROUTE_NAMES;
export const ROUTES = Object.keys(ROUTE_NAMES) as RouteCode[];

export const routeOf = (code: RouteCode): Coded => ({
  code,
  display: ROUTE_NAMES[code],
  system: '0.4.0.127.0.16.1.1.2.1',
  systemName: 'EDQM',
});

const CIS = /^\d{8}$/;
const ATC = /^[A-Z]\d{2}[A-Z]{2}\d{2}$/;

/** Nothing, the eight digits of a speciality (CIS), or a class to its last level (ATC). */
export const isProductCode = (text: string): boolean => text === '' || CIS.test(text) || ATC.test(text.toUpperCase());

/** A speciality is the product itself; a class stands beside a product that is told by its name alone. */
export function productOf(text: string, name: string): Coded | undefined {
  if (CIS.test(text)) return { code: text, display: name, system: '1.2.250.1.213.2.3.1', systemName: 'CIS' };
  const code = text.toUpperCase();
  return ATC.test(code) ? { nullFlavor: 'UNK', translations: [{ code, system: '2.16.840.1.113883.6.73', systemName: 'ATC' }] } : undefined;
}
