/** `"value"`, the key of the only decimals of a laboratory report. */
const KEY = Buffer.from('"value"');
const [QUOTE, COLON, MINUS, PLUS, POINT, ZERO, NINE, COMMA, CLOSE] = [...Buffer.from('":-+.09,}')] as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const BACKSLASH = 0x5c;

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined) => byte !== undefined && byte >= ZERO && byte <= NINE;
const isExponent = (byte: number | undefined) => byte === 0x65 || byte === 0x45;

/**
 * A JSON text with the numbers under the key `value` in quotes: decimals of FHIR carry their precision (`7.20` is not `7.2`, FHIR R4 §2.24.0.1), and
 * JSON.parse loses it. Inside a JSON text no quote stands without its backslash, so the key is never found within words.
 *
 * On bytes, copied once: pieces of text would weigh more than the whole, by the hundred thousand.
 */
export function withDecimalsAsText(bytes: Uint8Array): Uint8Array {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let count = 0;
  for (let at = source.indexOf(KEY); at >= 0; at = source.indexOf(KEY, at + KEY.length)) if (endOfDecimal(source, at) > 0) count += 1;
  if (count === 0) return bytes;
  const quoted = Buffer.allocUnsafe(source.length + 2 * count);
  let from = 0;
  let to = 0;
  for (let at = source.indexOf(KEY); at >= 0; at = source.indexOf(KEY, at + KEY.length)) {
    const end = endOfDecimal(source, at);
    if (end <= 0) continue;
    const start = startOfValue(source, at);
    to += source.copy(quoted, to, from, start);
    quoted[to++] = QUOTE;
    to += source.copy(quoted, to, start, end);
    quoted[to++] = QUOTE;
    from = end;
  }
  source.copy(quoted, to, from);
  return quoted;
}

/** Where what follows the key begins, after its colon; -1 when there is none. */
function startOfValue(source: Uint8Array, key: number): number {
  let at = key + KEY.length;
  while (isBlank(source[at])) at += 1;
  if (source[at] !== COLON) return -1;
  at += 1;
  while (isBlank(source[at])) at += 1;
  return at;
}

/** Where the number under the key ends; -1 when it is not a whole number of JSON, or the key is a part of words. */
function endOfDecimal(source: Uint8Array, key: number): number {
  if (source[key - 1] === BACKSLASH) return -1;
  let at = startOfValue(source, key);
  if (at < 0) return -1;
  if (source[at] === MINUS) at += 1;
  at = afterDigits(source, at);
  if (at > 0 && source[at] === POINT) at = afterDigits(source, at + 1);
  if (at > 0 && isExponent(source[at])) {
    const sign = source[at + 1];
    at = afterDigits(source, sign === MINUS || sign === PLUS ? at + 2 : at + 1);
  }
  const after = at < 0 ? undefined : source[at];
  return isBlank(after) || after === COMMA || after === CLOSE ? at : -1;
}

function afterDigits(source: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(source[at])) at += 1;
  return at > from ? at : -1;
}
