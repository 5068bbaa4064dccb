import { expect, test } from 'vitest';
import { aboutOf } from './audit-about.ts';

test('the officer finds a professional by their RPPS, with its prefix or not, and a record by its identifier', () => {
  const gp = { actor: 'rpps:899700000011', name: '99700000011' };
  for (const said of ['99700000011', ' 899700000011 ', '997 0000 0011']) expect(aboutOf(said)).toEqual(gp);
  expect(aboutOf('rpps:899700000011')).toMatchObject({ actor: 'rpps:899700000011' });
  expect(aboutOf('019A0000-0000-7000-8000-000000000001')).toEqual({ patientId: '019a0000-0000-7000-8000-000000000001' });
});

test('a name is no identifier: the trail is not searched by the names of patients', () => {
  for (const said of ['', 'DURAND', 'Jeanne Essai 12/06/1955', '12345']) expect(aboutOf(said)).toBeUndefined();
});
