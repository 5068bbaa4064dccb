const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The entries of a Bundle as they were written, byte for byte: what is kept of one of them has the digits, the order and the spelling of its sender.
 * @param body a JSON object that JSON.parse has read
 * @returns in order; none when it has no list of entries
 */
export function entryBytes(body: Buffer): Buffer[] {
  let entries: Buffer[] = [];
  let depth = 0;
  let name = '';
  let isOpen = false;
  let from = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) {
      const end = endOfText(body, at);
      // Of the members of the Bundle itself: the last text before a list opens is its name.
      if (depth === 1) name = body.toString('utf8', at, end + 1);
      at = end;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth === 2 && byte === OPEN_LIST && nameOf(name) === 'entry') {
        // Said twice, the last is what JSON.parse reads.
        entries = [];
        isOpen = true;
        from = at + 1;
      }
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      if (isOpen && depth === 1) {
        isOpen = false;
        if (body.toString('utf8', from, at).trim() !== '') entries.push(body.subarray(from, at));
      }
    } else if (byte === COMMA && isOpen && depth === 2) {
      entries.push(body.subarray(from, at));
      from = at + 1;
    }
  }
  return entries;
}

/** A name may be written with escapes. */
const nameOf = (text: string): unknown => (text === '' ? '' : JSON.parse(text));

function endOfText(body: Buffer, start: number): number {
  let end = body.indexOf(QUOTE, start + 1);
  while (end > 0 && isEscaped(body, end)) end = body.indexOf(QUOTE, end + 1);
  return end < 0 ? body.length : end;
}

function isEscaped(body: Buffer, at: number): boolean {
  let slashes = 0;
  while (body[at - 1 - slashes] === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}

/** Entries as a Bundle of their own. */
export function bundleOf(type: string, entries: readonly Buffer[]): Buffer {
  const between = Buffer.from(',');
  const list = entries.flatMap((entry, n) => (n === 0 ? [entry] : [between, entry]));
  return Buffer.concat([Buffer.from(`{"resourceType":"Bundle","type":${JSON.stringify(type)},"entry":[`), ...list, Buffer.from(']}')]);
}
