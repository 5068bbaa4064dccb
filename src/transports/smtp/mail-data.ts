const CR = 13;
const LF = 10;
const DOT = 46;
const END = Buffer.from('.\r\n');
const EOL = Buffer.from('\r\n');

/**
 * A mail as it is said after DATA (RFC 5321 §4.5.2): lines that begin with a dot have one more, and the end. A line break is CRLF and nothing else, so that
 * no server sees the end of the mail where there is none. Pure.
 * @returns parts to be written one after the other: nearly always the bytes themselves and the end
 */
export function asData(raw: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let kept = 0;
  const cut = (at: number, instead: Buffer, next: number) => {
    parts.push(raw.subarray(kept, at), instead);
    kept = next;
  };
  if (raw[0] === DOT) cut(0, Buffer.from('.'), 0);
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at];
    if (byte !== CR && byte !== LF) continue;
    const isWhole = byte === CR && raw[at + 1] === LF;
    const next = at + (isWhole ? 2 : 1);
    if (!isWhole) cut(at, EOL, next);
    if (raw[next] === DOT) cut(next, Buffer.from('.'), next);
    if (isWhole) at += 1;
  }
  parts.push(raw.subarray(kept));
  const isEnded = raw.length === 0 || (raw.at(-1) === LF && raw.at(-2) === CR) || raw.at(-1) === CR || raw.at(-1) === LF;
  if (!isEnded) parts.push(EOL);
  return [...parts, END];
}
