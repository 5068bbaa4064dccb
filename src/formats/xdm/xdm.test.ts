import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readZip, Refusal, writeZip } from '#kernel';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { outcomeOf, READ_OR_REFUSED } from '../../../test/support/outcome.ts';
import { sender, submission } from '../../../test/support/xdm.ts';
import type { Coded, Identifier, Organization } from '../lab-report.ts';
import type { DocumentMetadata, DocumentRelationKind, Visibility } from '../document-metadata.ts';
import { entryUuidOf } from '../metadata-of.ts';
import type { XdmDocument, XdmSubmission } from './archive.ts';
import { readXdm } from './read.ts';
import { writeXdm } from './write.ts';
import { runs } from '../../../test/support/runs.ts';

const AT = new Date(0);
/** The files of an archive made again after one of them was changed. */
function remade(zip: Uint8Array, change: (name: string, text: string) => string | undefined): Uint8Array {
  const files = readZip(zip).flatMap((entry) => {
    const text = change(entry.name, Buffer.from(entry.read()).toString('latin1'));
    return text === undefined ? [] : [{ name: entry.name, bytes: Buffer.from(text, 'latin1') }];
  });
  return writeZip(files, AT);
}
const metadataChanged = (change: (xml: string) => string) =>
  remade(writeXdm([submission()], sender), (name, text) => (name.endsWith('METADATA.XML') ? change(text) : text));
const refusalOf = (zip: Uint8Array): [string, string] => {
  try {
    readXdm(zip);
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.at ?? ''];
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('an archive of a laboratory report', () => {
  const sent = submission();
  const zip = writeXdm([sent], sender);
  const read = readXdm(zip);

  it('has the layout and the short names of IHE XDM', () => {
    expect(readZip(zip).map(({ name }) => name)).toEqual([
      'INDEX.HTM',
      'README.TXT',
      'IHE_XDM/SUBSET01/METADATA.XML',
      'IHE_XDM/SUBSET01/DOC0001.XML',
    ]);
  });

  it('gives back the document byte for byte, with its metadata', () => {
    const [document] = read.submissions[0]!.documents;
    const { patient } = chemistryReport(1);
    const { addresses: _, telecoms: __, birthPlace: ___, ...traits } = patient;
    expect(Buffer.from(document!.bytes)).toEqual(sent.documents[0]!.bytes);
    expect(document!.metadata).toEqual({
      ...sent.documents[0]!.metadata,
      uri: 'DOC0001.XML',
      sourcePatient: { ...traits, birthPlace: { cog: '99334' } },
    });
    expect(read.submissions[0]!.set).toEqual(sent.set);
    expect(read.warnings).toEqual([]);
  });

  it('names neither the patient nor a result in the page that a browser keeps', () => {
    const page = Buffer.from(readZip(zip)[0]!.read()).toString();
    expect(page).toContain('LBM DEMO des Tilleuls');
    expect(page).not.toMatch(/ESSAI-DEMO|LUCIE|2550699/);
  });

  it('says that a later version takes the place of the older', () => {
    const [document] = sent.documents;
    const next: XdmSubmission = { ...sent, documents: [{ ...document!, action: 'replace' }] };
    expect(readXdm(writeXdm([next], sender)).submissions[0]!.documents[0]!.action).toBe('replace');
    const gone: XdmSubmission = { ...sent, documents: [{ ...document!, action: 'delete' }] };
    expect(readXdm(writeXdm([gone], sender)).submissions[0]!.documents[0]!.action).toBe('delete');
  });
});

describe('an archive is refused', () => {
  it('when a document is not the one whose hash is announced', () => {
    const zip = remade(writeXdm([submission()], sender), (name, text) =>
      name.endsWith('DOC0001.XML') ? text.replace('mmol', 'mmil') : text,
    );
    expect(refusalOf(zip)[0]).toBe('archive.mismatch');
  });

  it('when the size is not the one announced, or a document is missing', () => {
    expect(refusalOf(metadataChanged((xml) => xml.replace(/(name="size"><rim:ValueList><rim:Value>)\d+/, '$19')))[0]).toBe(
      'archive.mismatch',
    );
    const without = remade(writeXdm([submission()], sender), (name, text) => (name.endsWith('DOC0001.XML') ? undefined : text));
    expect(refusalOf(without)[0]).toBe('archive.mismatch');
  });

  it('when the file named leaves the folder', () => {
    expect(refusalOf(metadataChanged((xml) => xml.replace('DOC0001.XML', '../../INDEX.HTM')))[0]).toBe('archive.mismatch');
  });

  it('when the label names another patient than the document', () => {
    const refused = refusalOf(metadataChanged((xml) => xml.replaceAll('255069933412305', '255069933412306')));
    expect(refused).toEqual(['archive.mismatch', expect.stringContaining('ExtrinsicObject[1]')]);
  });

  it('when it describes nothing, or describes it twice', () => {
    expect(refusalOf(writeZip([{ name: 'A.XML', bytes: Buffer.from('<a/>') }], AT))[0]).toBe('archive.unreadable');
    expect(refusalOf(metadataChanged((xml) => xml.replace(/<rim:ExtrinsicObject[\s\S]*<\/rim:ExtrinsicObject>/, '')))[0]).toBe(
      'archive.unreadable',
    );
    expect(refusalOf(metadataChanged((xml) => xml.replace(/<rim:RegistryPackage[\s\S]*?<\/rim:RegistryPackage>/, '$&$&')))[0]).toBe(
      'archive.unreadable',
    );
    expect(refusalOf(metadataChanged((xml) => xml.replace(/<rim:Slot name="hash">.*?<\/rim:Slot>/, '')))[0]).toBe('archive.unreadable');
  });

  it('when documents of two patients would leave together', () => {
    const [a] = submission().documents;
    const b: XdmDocument = {
      ...a!,
      metadata: { ...a!.metadata, patientId: { root: '1.2.250.1.213.1.4.10', extension: '100000000000042' } },
    };
    expect(() => writeXdm([{ ...submission(), documents: [a!, b] }], sender)).toThrow(/several/);
  });
});

describe('what a sender of the field may do is read', () => {
  it('lower case names, symbolic identifiers, a file name in pieces', () => {
    const zip = remade(writeXdm([submission()], sender), (name, text) => text);
    const lower = writeZip(
      readZip(zip).map((entry) => ({ name: entry.name.toLowerCase(), bytes: entry.read() })),
      AT,
    );
    expect(readXdm(lower).submissions[0]!.documents).toHaveLength(1);
    const { entryUuid } = submission().documents[0]!.metadata;
    const symbolic = metadataChanged((xml) =>
      xml.replaceAll(entryUuid, 'Document01').replace('<rim:Value>DOC0001.XML', '<rim:Value>2|.XML</rim:Value><rim:Value>1|DOC0001'),
    );
    expect(readXdm(symbolic).submissions[0]!.documents[0]!.metadata.entryUuid).toBe(entryUuid);
  });

  it('a code that is missing, with a warning; a missing confidentiality is read as restricted', () => {
    const read = readXdm(metadataChanged((xml) => xml.replace(/<rim:Classification [^>]*f4f85eac[\s\S]*?<\/rim:Classification>/, '')));
    expect(read.warnings).toEqual([
      expect.objectContaining({ code: 'xdm.missing', message: expect.stringContaining('confidentialityCode') }),
    ]);
    expect(read.submissions[0]!.documents[0]!.metadata.confidentiality.code).toBe('R');
  });
});

const words = fc.string({ unit: fc.constantFrom(...'abéÉ^&|~\\<>"\' Œ'), minLength: 1, maxLength: 8 }).map((text) => text.trim() || 'x');
const oid = fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }).map((arcs) => `1.2.${arcs.join('.')}`);
const id: fc.Arbitrary<Identifier> = fc.oneof(fc.record({ root: oid }), fc.record({ root: oid, extension: words }));
const code: fc.Arbitrary<Coded> = fc.record({ code: words, system: oid, display: words });
const time = fc.constantFrom('20250314103000', '20250314', '2025');
const person = fc.record({
  id: fc.record({ root: oid, extension: words }),
  name: fc.record({ family: words, given: words, prefix: words, suffix: words }),
});
const author = fc.oneof(
  fc.record({ id, device: words, organizations: fc.constant<Organization[]>([]) }),
  fc.record({
    id,
    name: fc.record({ family: words, given: words }),
    organizations: fc.array(fc.record({ ids: fc.tuple(id), name: words }), { maxLength: 2 }),
    role: words,
    specialty: code,
  }),
);
const document = fc
  .record({
    setOfFields: fc.record({
      uniqueId: id,
      availability: fc.constantFrom<DocumentMetadata['availability']>('approved', 'deprecated'),
      classCode: code,
      typeCode: code,
      formatCode: code,
      mimeType: fc.constantFrom('application/pdf', 'text/plain'),
      title: words,
      comments: words,
      language: fc.constant('fr-FR'),
      createdAt: time,
      serviceStart: time,
      serviceStop: time,
      authors: fc.array(author, { maxLength: 3 }),
      legalAuthenticator: person,
      confidentiality: fc.constantFrom('N', 'R', 'V').map((c): Coded => ({ code: c, system: '2.16.840.1.113883.5.25', display: 'x' })),
      visibility: fc.subarray<Visibility>(['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX']),
      healthcareFacilityType: code,
      practiceSetting: code,
      eventCodes: fc.array(code, { maxLength: 2 }),
      sourcePatient: fc.record({
        ids: fc.tuple(id),
        birthFamily: words,
        firstBirthGiven: words,
        birthGivens: words,
        usedFamily: words,
        sex: fc.constantFrom('M', 'F', 'UN'),
        birthDate: time,
        birthPlace: fc.record({ cog: words }),
      }),
      referenceIds: fc.array(id, { maxLength: 2 }),
    }),
    bytes: fc.uint8Array({ maxLength: 50 }),
    action: fc.constantFrom<XdmDocument['action']>('new', 'replace', 'delete'),
  })
  .map(({ setOfFields, bytes, action }): XdmDocument => {
    const entryUuid = entryUuidOf(setOfFields.uniqueId);
    const version = action === 'replace' ? 2 : 1;
    return { metadata: { ...setOfFields, entryUuid, version, hash: hash('sha1', bytes, 'hex'), size: bytes.length }, bytes, action };
  });

it('whatever the words, the archive gives back what was put in it', () => {
  const documents = fc.uniqueArray(document, { minLength: 1, maxLength: 3, selector: ({ metadata }) => metadata.entryUuid });
  const kind = fc.constantFrom<DocumentRelationKind>('RPLC', 'APND', 'XFRM', 'XFRM_RPLC', 'signs');
  fc.assert(
    fc.property(documents, kind, (all, how) => {
      const { patientId: _, ...set } = submission(1).set;
      const relations = [{ kind: how, source: all[0]!.metadata.entryUuid, target: 'urn:uuid:00000000-0000-8000-8000-000000000009' }];
      const [read] = readXdm(writeXdm([{ set, documents: all, relations }], sender)).submissions;
      expect(read!.relations).toEqual(relations);
      expect(read!.set).toEqual(set);
      read!.documents.forEach((got, n) => {
        const { uri: _uri, ...metadata } = got.metadata;
        expect({ ...got, bytes: new Uint8Array(got.bytes), metadata }).toEqual(all[n]);
      });
    }),
    { numRuns: runs(60) },
  );
});

it('a damaged archive gives documents or a refusal that says where', () => {
  const zip = writeXdm([submission()], sender);
  const names = readZip(zip).map(({ name }) => name);
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.nat(4_000), fc.string({ maxLength: 4 }), (name, at, cut, put) => {
      const broken = remade(zip, (file, text) => {
        if (file !== name) return text;
        const place = at % text.length;
        return text.slice(0, place) + put + text.slice(place + (cut % 30));
      });
      expect(outcomeOf(() => readXdm(broken))).toMatch(READ_OR_REFUSED);
    }),
    { numRuns: runs(150) },
  );
});
