import { expect, test } from 'vitest';
import { styleString } from './printed-identity.ts';

test('a name printed at the foot of each sheet is only words, whatever it holds', () => {
  expect(styleString('ESSAI-MARCHAND Odette, 14/06/1955')).toBe('"ESSAI\\2d MARCHAND Odette, 14\\2f 06\\2f 1955"');
  expect(styleString('"} body { display: none } @page {"')).not.toMatch(/[{};@]|(?<!^)"(?!$)/);
  expect(styleString('\\a\n')).toBe('"\\5c a\\a "');
  expect(styleString('بن علي')).toBe('"بن علي"');
});
