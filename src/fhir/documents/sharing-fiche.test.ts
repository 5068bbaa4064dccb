import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { letterOf } from '../../../test/support/letters.ts';
import { readLabReport, writeCda, writeClinicalDocument } from '../../formats/index.ts';
import { publicationOf } from './sharing-client.ts';

interface Sent {
  fiche: { content: [{ attachment: { contentType: string; size: number; hash: string }; format: { code: string; system: string } }] };
  file: { contentType: string; data: string };
}

function sent(bytes: Buffer): Sent {
  const { body } = publicationOf([{ bytes }], { sourceId: '1.2.250.1.999.20', zone: 'Europe/Paris' }, new Date());
  const { entry } = JSON.parse(body) as { entry: { resource: { resourceType: string } }[] };
  const [, fiche, file] = entry.map(({ resource }) => resource);
  return { fiche, file } as unknown as Sent;
}

test('the fiche of a report that came in FHIR is that of the CDA which is sent: its format, its type, its size, its hash', () => {
  const received = readLabReport(Buffer.from(JSON.stringify(laboratoryTransaction(1))), 'application/fhir+json');
  const bytes = Buffer.from(writeCda(received));
  const { fiche, file } = sent(bytes);
  const [{ attachment, format }] = fiche.content;
  expect(format.code).toBe('urn:ihe:lab:xd-lab:2008');
  expect([attachment.contentType, attachment.size, attachment.hash]).toEqual([
    file.contentType,
    bytes.length,
    createHash('sha1').update(bytes).digest('base64'),
  ]);
  expect(Buffer.from(file.data, 'base64').equals(bytes)).toBe(true);
});

test.each([
  ['a letter with headings', Buffer.from(writeClinicalDocument(letterOf(1))), 'urn:asip:ci-sis:ldl-ses:2017'],
  [
    'a letter around a PDF',
    Buffer.from(writeClinicalDocument(letterOf(1, { pdf: Buffer.from('%PDF-1.4') }))),
    'urn:asip:ci-sis:ldl-ses:2017',
  ],
])('the format of %s is that of its template', (_, bytes, code) => {
  expect(sent(bytes).fiche.content[0].format.code).toBe(code);
});
