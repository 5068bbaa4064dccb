import { crc32, deflateRawSync } from 'node:zlib';

/**
 * Writes a zip archive: deflated, or stored where deflate gains nothing. No clock: the same files and date give the same bytes.
 * @param at date of every file, in UTC; 1980 to 2107 (MS-DOS dates)
 */
export function writeZip(files: readonly { name: string; bytes: Uint8Array }[], at: Date): Uint8Array {
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = (Math.max(0, at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const parts: Uint8Array[] = [];
  const table: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const rawName = Buffer.from(name, 'utf8');
    // Level 1: of a report in XML the last levels cost twice as much for a tenth of its bytes.
    const deflated = deflateRawSync(bytes, { level: 1 });
    const isStored = deflated.length >= bytes.length;
    const data = isStored ? bytes : deflated;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800, 2);
    common.writeUInt16LE(isStored ? 0 : 8, 4);
    common.writeUInt16LE(time, 6);
    common.writeUInt16LE(date, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(rawName.length, 22);
    parts.push(Buffer.from('PK\u0003\u0004', 'latin1'), common, rawName, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    table.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), common, tail, rawName);
    offset += 4 + common.length + rawName.length + data.length;
  }
  const tableSize = table.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(tableSize, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...table, end]);
}
