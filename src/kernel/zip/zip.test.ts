import { hash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf, READ_OR_REFUSED } from '../../../test/support/outcome.ts';
import { Refusal } from '../refusal.ts';
import { readZip, writeZip } from './index.ts';

const AT = new Date(Date.UTC(2025, 2, 14, 11, 30));
const file = (name: string, text = 'contenu') => ({ name, bytes: Buffer.from(text) });
const refusalOf = (work: () => unknown): Refusal => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
/** An archive of one file, changed at a place counted from its end record or its table. */
const changed = (change: (zip: Buffer, table: number, end: number) => void, files = [file('A.XML'), file('B.XML')]) => {
  const zip = Buffer.from(writeZip(files, AT));
  const end = zip.length - 22;
  change(zip, zip.readUInt32LE(end + 16), end);
  return refusalOf(() => readZip(zip).map((entry) => entry.read()));
};

describe('an archive', () => {
  it('gives back the files it was made of, byte for byte', () => {
    const name = fc.stringMatching(/^[A-Z0-9_]{1,8}(\/[A-Zé0-9_]{1,8}\.[A-Z]{3})?$/);
    const files = fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 300 }) }), {
      selector: (f) => f.name.toLowerCase(),
      maxLength: 6,
    });
    fc.assert(
      fc.property(files, (all) => {
        const read = readZip(writeZip(all, AT)).map((entry) => ({ name: entry.name, bytes: new Uint8Array(entry.read()) }));
        expect(read).toEqual(all);
      }),
    );
  });

  it('is the same for the same files', () => {
    expect(writeZip([file('A.XML')], AT)).toEqual(writeZip([file('A.XML')], AT));
  });

  it('damaged anywhere, gives files or a refusal that says where', () => {
    const whole = writeZip([file('A.XML', 'un deux trois '.repeat(40)), file('D/B.XML')], AT);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, cut) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        for (const input of [bytes, bytes.subarray(0, cut)]) {
          expect(outcomeOf(() => readZip(input).map((entry) => entry.read()))).toMatch(READ_OR_REFUSED);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('an archive that means harm is refused', () => {
  it.each([
    '../A.XML',
    'A/../../B.XML',
    '/etc/passwd',
    'C:A.XML',
    'A\\B.XML',
    './A.XML',
    'A//B.XML',
    'A\u0000.XML',
  ])('by its path %j', (name) => {
    expect(refusalOf(() => readZip(writeZip([file(name)], AT))).code).toBe('archive.hostile');
  });

  it('when two names differ by their case alone', () => {
    expect(refusalOf(() => readZip(writeZip([file('METADATA.XML'), file('metadata.xml')], AT))).code).toBe('archive.hostile');
  });

  it('when it inflates far more than a document does', () => {
    const zip = writeZip([{ name: 'A.XML', bytes: Buffer.alloc(30_000_000) }], AT);
    expect(refusalOf(() => readZip(zip)).code).toBe('archive.hostile');
  });

  it('when a file is longer than the table says', () => {
    const packed = deflateRawSync(Buffer.alloc(5_000, 'x'));
    const refused = changed((zip, table) => zip.writeUInt32LE(packed.length, table + 24));
    expect(refused.code).toBe('archive.unreadable');
  });

  it('when a file lies inside another', () => {
    const noise = Buffer.concat(Array.from({ length: 40 }, (_, n) => hash('sha1', `${n}`, 'buffer')));
    const inner = Buffer.from(writeZip([{ name: 'B.XML', bytes: noise }], AT));
    const outer = { name: 'A.XML', bytes: inner.subarray(0, inner.readUInt32LE(inner.length - 22 + 16)) };
    const refused = changed(
      (zip, table) => zip.writeUInt32LE(30 + 'A.XML'.length, table + 46 + 'A.XML'.length + 42),
      [outer, { name: 'B.XML', bytes: noise }],
    );
    expect([refused.code, refused.message]).toEqual(['archive.hostile', 'two files share their bytes']);
  });

  it('when a file is a link, encrypted, or packed in another way', () => {
    const link = changed((zip, table) => {
      zip.writeUInt16LE((3 << 8) | 20, table + 4);
      zip.writeUInt32LE(0xa1ff0000, table + 38);
    });
    expect(link.message).toContain('link');
    expect(changed((zip, table) => zip.writeUInt16LE(0x801, table + 8)).message).toContain('encrypted');
    expect(changed((zip, table) => zip.writeUInt16LE(14, table + 10)).message).toContain('method');
  });

  it('when its files tell another name than its table', () => {
    expect(changed((zip, table) => zip.write('Z', table + 46)).message).toContain('another name');
  });

  it('when it has more files than a sending has, or is in several parts', () => {
    const many = Array.from({ length: 201 }, (_, n) => file(`F${n}`));
    expect(refusalOf(() => readZip(writeZip(many, AT))).code).toBe('archive.hostile');
    expect(changed((zip, _, end) => zip.writeUInt16LE(1, end + 4)).message).toContain('several parts');
  });
});
