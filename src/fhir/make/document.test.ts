import { expect, test } from 'vitest';
import type { DocumentItem } from '#record';
import { documentReference } from './document.ts';

const item = {
  documentId: '019a0000-0000-7000-8000-000000000002',
  patientId: '019a0000-0000-7000-8000-000000000001',
  uniqueId: '1.2.250.1.999.8.1',
  setId: '1.2.250.1.999.8.2',
  kind: 'document',
  type: { code: '11490-0' },
  class: { code: '11' },
  title: 'Lettre de liaison',
  structure: { finess: '990200301', name: 'CH des Essais' },
  mediaType: 'text/xml',
  confidentiality: 'N',
  issuedAt: '2026-11-06T15:20:00.000Z',
  receivedAt: '2026-11-06T15:30:00.000Z',
  servedAt: '2026-10-28T08:00:00.000Z',
  status: 'current',
  current: true,
  masks: [],
  arrivals: [],
  relations: [],
} as unknown as DocumentItem;
const ficheOf = (authors: DocumentItem['authors']) =>
  documentReference({ ...item, authors }, { patientId: item.patientId, hasFile: true, receivedAt: new Map() }) as unknown as {
    contained: Record<string, unknown>[];
    author: { display: string }[];
  };

test('the structure is the author of a document that names nobody, or a device without a name', () => {
  for (const authors of [[], [{ name: '' }]]) {
    const { contained, author } = ficheOf(authors);
    expect(contained).toEqual([
      {
        resourceType: 'PractitionerRole',
        id: 'author-1',
        organization: { reference: 'Organization/990200301', display: 'CH des Essais' },
      },
    ]);
    expect(author).toEqual([{ reference: '#author-1', display: 'CH des Essais' }]);
  }
});

test('an author of another place has that place in words alone', () => {
  const { contained } = ficheOf([{ name: 'Dr Jean AILLEURS-DEMO', institution: 'Clinique voisine' }]);
  expect(contained[0]!['organization']).toEqual({ display: 'Clinique voisine' });
});
