import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** How an original is kept: compressed, its enclosed PDF apart. */
export interface PackedOriginal {
  zstd: Buffer;
  sizeBytes: number;
  pdf?: Buffer;
  /** Byte of the document where the PDF's base64 has to be put back. */
  pdfAt?: number;
}

/** Bytes compressed as originals are. */
export const packBytes = (bytes: Uint8Array) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

/**
 * Packs an original so that `unpack` gives the same bytes. Base64 hardly compresses, so an enclosed PDF is taken out and kept
 * decoded, but only when putting it back gives exactly what was there; otherwise the document is kept whole.
 * @param pdfBase64 base64 of the enclosed PDF as it stands in the document
 */
export function packOriginal(bytes: Buffer, pdfBase64: string | undefined): PackedOriginal {
  const sizeBytes = bytes.length;
  if (!pdfBase64) return { zstd: packBytes(bytes), sizeBytes };
  const pdf = Buffer.from(pdfBase64, 'base64');
  const pdfAt = pdf.toString('base64') === pdfBase64 ? bytes.indexOf(pdfBase64, 0, 'latin1') : -1;
  if (pdfAt < 0) return { zstd: packBytes(bytes), sizeBytes, pdf };
  const without = Buffer.concat([bytes.subarray(0, pdfAt), bytes.subarray(pdfAt + pdfBase64.length)]);
  return { zstd: packBytes(without), sizeBytes, pdf, pdfAt };
}

/** The original, byte for byte. */
export function unpackOriginal(packed: { zstd: Buffer; pdf?: Buffer | null; pdfAt?: number | null }): Buffer {
  const bytes = zstdDecompressSync(packed.zstd);
  if (packed.pdfAt === undefined || packed.pdfAt === null) return bytes;
  if (!packed.pdf) throw new Error('the PDF of an original is missing');
  return Buffer.concat([
    bytes.subarray(0, packed.pdfAt),
    Buffer.from(packed.pdf.toString('base64'), 'latin1'),
    bytes.subarray(packed.pdfAt),
  ]);
}
