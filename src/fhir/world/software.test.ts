import { expect, test } from 'vitest';
import { PATIENT_ID, PEOPLE } from '../../../test/support/people.ts';
import { seenBySoftware } from './software.ts';
import { Shelf } from './world.ts';

test.each([
  ['may see every document is told, as its user is', 'user/DocumentReference.rs', true],
  ['may see some is not: it was perhaps none of these', 'user/DocumentReference.rs?type=http://loinc.org|11502-2', undefined],
  ['may see none is not', 'user/Observation.rs', undefined],
])('of a document that was removed, a software that %s', (_, scope, isTold) => {
  const shelf = new Shelf();
  shelf.isRemoved = true;
  const who = { ...PEOPLE.gp, software: { clientId: 'app', scope } };
  expect(seenBySoftware(shelf, who, { patientId: PATIENT_ID, zone: 'Europe/Paris' }).isRemoved).toBe(isTold);
});
