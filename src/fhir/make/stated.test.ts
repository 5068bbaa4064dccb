import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readClinicalDocument } from '../../formats/index.ts';
import type { Resource } from '../wire/resource.ts';
import { statedIn } from './stated.ts';

const SAMPLES = '../shared/samples/cda-other';
const ITEM = {
  documentId: '0190a000-0000-7000-8000-0000000000d1',
  uniqueId: '1.2.3',
  structure: { finess: '990200301', name: 'CH des Essais' },
  authors: [],
  issuedAt: '2026-03-02T11:00:00.000Z',
  receivedAt: '2026-03-02T11:00:01.000Z',
};
const said = (file: string): Resource[] =>
  statedIn(ITEM, readClinicalDocument(readFileSync(join(SAMPLES, file)), 'application/xml'), {
    patientId: '0190a000-0000-7000-8000-000000000001',
    zone: 'Europe/Paris',
  });
const of = (file: string, type: string) => said(file).filter(({ resourceType }) => resourceType === type);

describe.skipIf(!existsSync(SAMPLES))(
  'what the national examples say in coded entries (the examples are not on this machine when skipped)',
  () => {
    test('each is a resource with a name, whose identifier no other has', () => {
      for (const file of readdirSync(SAMPLES).filter((name) => name.endsWith('.xml'))) {
        const all = said(file);
        expect([file, new Set(all.map(({ id }) => id)).size]).toEqual([file, all.length]);
        for (const one of all) {
          const condition = (one['condition'] as { code: unknown }[] | undefined)?.[0];
          const name = one['code'] ?? one['vaccineCode'] ?? one['medicationCodeableConcept'] ?? condition?.code;
          expect([file, one.resourceType, name]).toEqual([
            file,
            one.resourceType,
            expect.objectContaining({ text: expect.stringMatching(/\p{L}/u) }),
          ]);
        }
      }
    });

    test('a medical summary: treatments of now, problems that last and that are over, the disease of the mother as hers', () => {
      const file = 'VSM_1.4_2022.01.xml';
      expect(of(file, 'MedicationStatement').map(({ status }) => status)).toEqual(['active', 'active']);
      const states = of(file, 'Condition').map(({ clinicalStatus }) => (clinicalStatus as { coding: [{ code: string }] }).coding[0].code);
      expect(states).toEqual(['active', 'active', 'resolved', 'resolved']);
      expect(of(file, 'FamilyMemberHistory')).toMatchObject([{ relationship: { coding: [{ code: 'MTH' }] } }]);
    });

    test('a letter that says that no allergy was found names none', () => {
      expect(of('LDL-SES_2022.01.xml', 'AllergyIntolerance')).toEqual([]);
      expect(of('LDL-EES_2022.01.xml', 'AllergyIntolerance')).toMatchObject([{ code: { text: 'Paracétamol' } }]);
    });

    test('a prescription is an order, in force for as long as the period that it says lasts', () => {
      for (const order of of('eP-MED-DM_2024.01_PosoStruct.xml', 'MedicationRequest')) {
        const [dosage] = (order['dosageInstruction'] ?? []) as { timing?: { repeat?: { boundsPeriod?: { end?: string } } } }[];
        expect(order['status']).toBe(dosage?.timing?.repeat?.boundsPeriod?.end === undefined ? 'unknown' : 'active');
      }
    });
  },
);
