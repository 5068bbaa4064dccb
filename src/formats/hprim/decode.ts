import { isUtf8 } from 'node:buffer';
import { Refusal } from '#kernel';

/** A report of text never weighs more; a limit of the deposit, checked again here because files come by other doors. */
const MAX_BYTES = 20 * 1024 * 1024;

export type HprimEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'iso-8859-15' | 'cp850' | 'macintosh';

/** Code page 850 (IBM), bytes 0x80 to 0xFF: what laboratory software under DOS wrote. */
const CP850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

/** Letters and signs that a French report holds: what tells one byte from another when nothing says the encoding. */
const PLAUSIBLE = new Set('éèêëàâäîïôöùûüçÉÈÊËÀÂÎÏÔÖÙÛÜÇœŒ°²³µ±«»§€’–×·\u00a0');
/** Bytes looked at to choose: the first accents tell. */
const SAMPLE = 65_536;

/**
 * The characters of an HPRIM file, which never says its encoding. The rule, in order: a byte order mark; bytes that are good UTF-8;
 * then, among Windows-1252, CP850 and MacRoman, the one in which most bytes above 127 are letters or signs of French, Windows-1252
 * when several are equal. Windows-1252 becomes ISO-8859-15 when no byte is one of its own (128 to 159) and 0xA4, or 0xBC to 0xBE
 * beside a letter, stand where a euro sign or a ligature would.
 *
 * @throws Refusal `report.hostile` above 20 MB, `report.unreadable` for bytes that are no text
 */
export function decodeHprim(bytes: Uint8Array): { text: string; encoding: HprimEncoding } {
  if (bytes.length > MAX_BYTES) throw new Refusal('report.hostile', 'the file is larger than 20 MB', { at: 'line 1' });
  const encoding = encodingOf(bytes);
  const text = encoding === 'cp850' ? fromCp850(bytes) : decode(encoding, bytes);
  if (text.includes('\0')) throw new Refusal('report.unreadable', 'the bytes are not text', { at: 'line 1' });
  return { text, encoding };
}

function encodingOf(bytes: Uint8Array): HprimEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (isUtf8(bytes)) return 'utf-8';
  const high: number[] = [];
  const sample = Math.min(bytes.length, SAMPLE);
  const counts = new Uint32Array(256);
  for (let i = 0; i < sample; i++) {
    const byte = bytes[i]!;
    if (byte < 128) continue;
    counts[byte]! += 1;
    if (counts[byte] === 1) high.push(byte);
  }
  const score = (letterOf: (byte: number) => string) =>
    high.reduce((sum, byte) => sum + (PLAUSIBLE.has(letterOf(byte)) ? counts[byte]! : 0), 0);
  const western = score((byte) => WINDOWS[byte - 128]!);
  const dos = score((byte) => CP850[byte - 128]!);
  const mac = score((byte) => MAC[byte - 128]!);
  if (dos > western && dos >= mac) return 'cp850';
  if (mac > western) return 'macintosh';
  return looksLikeLatin9(bytes.subarray(0, sample), high) ? 'iso-8859-15' : 'windows-1252';
}

const HIGH_BYTES = Uint8Array.from({ length: 128 }, (_, n) => n + 128);
const WINDOWS = new TextDecoder('windows-1252').decode(HIGH_BYTES);
const MAC = new TextDecoder('macintosh').decode(HIGH_BYTES);

function looksLikeLatin9(bytes: Uint8Array, high: readonly number[]): boolean {
  if (high.some((byte) => byte < 0xa0)) return false;
  if (high.includes(0xa4)) return true;
  const isLetter = (byte: number | undefined) => byte !== undefined && (byte | 32) >= 97 && (byte | 32) <= 122;
  return high.some((byte) => {
    if (byte < 0xbc || byte > 0xbe) return false;
    const at = bytes.indexOf(byte);
    return isLetter(bytes[at - 1]) || isLetter(bytes[at + 1]);
  });
}

function decode(encoding: Exclude<HprimEncoding, 'cp850'>, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Refusal('report.unreadable', `the bytes are not ${encoding.toUpperCase()}`, { at: 'line 1', cause });
  }
}

const CP850_CODES = Uint16Array.from({ length: 256 }, (_, byte) => (byte < 128 ? byte : CP850.charCodeAt(byte - 128)));

function fromCp850(bytes: Uint8Array): string {
  const codes = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) codes[i] = CP850_CODES[bytes[i]!]!;
  return Buffer.from(codes.buffer).toString('utf16le');
}
