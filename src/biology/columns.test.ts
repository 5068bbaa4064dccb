import { expect, test } from 'vitest';
import { laboratoryCodes } from './columns.ts';

test('every laboratory has a short code of its own', () => {
  const codes = laboratoryCodes([
    { finess: '1', name: 'BioRives Saint-Aubrac' },
    { finess: '2', name: 'Laboratoire Grand-Pont' },
    { finess: '3', name: 'CH de Saint-Aubrac' },
    { finess: '4', name: 'BioRives Nord' },
    { finess: '5', name: '' },
  ]);
  expect(new Set(codes.values()).size).toBe(5);
  expect([codes.get('2'), codes.get('3'), codes.get('5')]).toEqual(['GP', 'CH', 'L1']);
});
