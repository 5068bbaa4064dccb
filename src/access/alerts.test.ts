import { expect, test } from 'vitest';
import { bears } from './alerts.ts';

test.each([
  ['Dr Anne LEFEVRE-DEMO', 'Lefèvre-Demo', true],
  ['Dr Anne LEFEVRE-DEMO', 'DEMO', true],
  ['Dr Anne LEFEVRE-DEMO', 'FEVRE-DEMO', false],
  ['Dr Anne LEFEVRE-DEMO', 'ANNE', false],
  ['Dr Anne DE LA TOUR', "De l'A Tour", false],
  ['Dr Anne DE LA TOUR', 'DE LA TOUR', true],
  ['Dr Anne LEFEVRE', '', false],
])('%s bears the family name %s: %s', (printed, family, expected) => {
  expect(bears(printed, family)).toBe(expected);
});
