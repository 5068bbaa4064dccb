import { describe, expect, test } from 'vitest';
import { type IdentityFacts, type Traits, type Use, USES } from './contract.ts';
import { matricule, ODETTE } from './people.fixture.ts';
import { permits, statusOf } from './status.ts';
import { traitsOf } from './traits.ts';

const known: IdentityFacts = { traits: traitsOf(ODETTE) as Traits, doubts: [] };
const ins = { oid: '1.2.250.1.213.1.4.10', value: matricule('2550699042042') };
const insiAt = '2026-11-22T09:00:00.000Z';

describe('the status of an identity follows from what is known of it', () => {
  test.each<[string, Partial<IdentityFacts>, string]>([
    ['traits alone: provisional', {}, 'provisional'],
    ['a document seen, no INS: validated', { document: 'CN' }, 'validated'],
    ['an INS received from a sender: retrieved, and the service is asked', { ins }, 'retrieved'],
    ['an INS that the service confirmed: retrieved', { ins, insiAt }, 'retrieved'],
    ['an INS received, a document seen, the service has not answered: validated', { ins, document: 'PA' }, 'validated'],
    ['an INS confirmed and a document seen: qualified', { ins, insiAt, document: 'PA' }, 'qualified'],
    ['the same, marked doubtful: provisional', { ins, insiAt, document: 'PA', doubts: ['DOUT'] }, 'provisional'],
    ['the same, marked fictitious: provisional', { ins, insiAt, document: 'PA', doubts: ['FICT'] }, 'provisional'],
  ])('%s', (_, facts, status) => {
    expect(statusOf({ ...known, ...facts })).toBe(status);
  });
});

describe('what a status permits', () => {
  const uses = (status: Parameters<typeof permits>[0]['status'], attributes: string[] = []) =>
    USES.filter((use) => permits({ status, attributes }, use));
  test('only a qualified identity feeds the patient’s own space, is written to, and lets its matricule leave', () => {
    for (const use of ['patient-feed', 'patient-mail', 'send-matricule'] satisfies Use[]) {
      const may = (['provisional', 'validated', 'retrieved', 'qualified'] as const).filter((status) =>
        permits({ status, attributes: [] }, use),
      );
      expect([use, may]).toEqual([use, ['qualified']]);
    }
  });
  test('a professional is written to about anyone, by traits alone unless qualified', () => {
    expect(uses('provisional')).toEqual(['national-service', 'professional-mail']);
    expect(uses('retrieved')).toEqual(['automatic-filing', 'national-service', 'professional-mail']);
    expect(uses('qualified')).toEqual([...USES]);
  });
  test('a doubtful or fictitious identity is neither shared nor asked of the national service', () => {
    expect(uses('provisional', ['DOUT'])).toEqual([]);
    expect(uses('provisional', ['FICT', 'HOMA'])).toEqual([]);
  });
  test('a homonym is shared like anyone: it is filing by number that stops', () => {
    expect(uses('qualified', ['HOMA'])).toEqual([...USES]);
  });
});
