import { readAny, writeXdm } from '../src/formats/index.ts';
import { writeZip } from '../src/kernel/index.ts';
import { fill, type HostileInput, timeHostile } from '../test/support/hostile.ts';
import { sender, submission } from '../test/support/xdm.ts';

/** Archives made to cost more than they weigh. Each must be read or refused within 50 ms and 10 ms a megabyte. */
const good = writeXdm([submission(30)], sender);
const AT = new Date(0);
const file = (name: string, bytes: Uint8Array) => ({ name, bytes });
const metadata = (text: string) => writeZip([file('IHE_XDM/SUBSET01/METADATA.XML', Buffer.from(text))], AT);
const RIM = 'xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"';
const damaged = (change: (zip: Buffer) => void) => {
  const zip = Buffer.from(good);
  change(zip);
  return zip;
};

const HOSTILE: readonly HostileInput[] = [
  ['30 MB of zeros in 30 KB', () => writeZip([file('A', Buffer.alloc(30_000_000))], AT)],
  [
    '200 files of 1 MB of zeros',
    () =>
      writeZip(
        Array.from({ length: 200 }, (_, n) => file(`F${n}`, Buffer.alloc(1_000_000))),
        AT,
      ),
  ],
  ['a metadata file of 10 MB of blanks', () => metadata(fill(' ', 10))],
  ['a metadata file of a million slots', () => metadata(`<a ${RIM}><ExtrinsicObject>${fill('<Slot/>', 8)}</ExtrinsicObject></a>`)],
  ['documents without end', () => metadata(`<a ${RIM}>${fill('<ExtrinsicObject/>', 8)}</a>`)],
  ['a size that lies', () => damaged((zip) => zip.writeUInt32LE(0x7fffffff, zip.readUInt32LE(zip.length - 6) + 24))],
  ['a table that lies', () => damaged((zip) => zip.writeUInt32LE(0xfffffff0, zip.length - 6))],
  ['end records without end', () => Buffer.from(`PK\u0003\u0004${fill('PK\u0005\u0006', 15)}`, 'latin1')],
  ['15 MB without an end record', () => Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(15_000_000)])],
  ['an archive in an archive', () => writeZip([file('IHE_XDM/SUBSET01/METADATA.XML', good)], AT)],
];

timeHostile(HOSTILE, good, (bytes) => readAny(bytes));
