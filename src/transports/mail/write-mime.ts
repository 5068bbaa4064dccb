/** Writes a mail of the kind that leaves by the thousand: headers, a few words, files (RFC 5322, RFC 2045 to 2047, RFC 2183). Pure. */

/** A file that a mail carries. */
export interface MimeFile {
  /** ASCII, without quotes. */
  filename: string;
  contentType: string;
  bytes: Uint8Array;
}

export interface MimeMail {
  from: { name: string; address: string };
  to: string;
  subject: string;
  messageId: string;
  date: Date;
  /** Message-ID of the mail that this one answers. */
  answers?: string | undefined;
  /** What is no ASCII in a value is not said: these are codes. */
  headers: Readonly<Record<string, string>>;
  text: string;
  /** Files as `writeFile` wrote them: the same in each mail that carries them. */
  files: readonly Buffer[];
}

const EOL = '\r\n';

/** @returns bytes of the mail: lines of at most 76 characters of ASCII (identifiers may be longer), each ended with CRLF */
export function writeMime({ from, to, subject, messageId, date, answers, headers, text, files }: MimeMail): Buffer {
  // A line of base64 or of quoted-printable never holds `=_`.
  const boundary = `=_${messageId.replaceAll(/[^A-Za-z0-9.-]/g, '').slice(0, 60)}`;
  const lines = [
    `From: ${writeSender(from)}`,
    `To: ${plain(to)}`,
    `Subject: ${writeWords(oneLine(subject), 'Subject: '.length)}`,
    `Message-ID: ${plain(messageId)}`,
    ...(answers === undefined ? [] : [`In-Reply-To: ${plain(answers)}`, `References: ${plain(answers)}`]),
    `Date: ${date.toUTCString().replace(/GMT$/, '+0000')}`,
    ...Object.entries(headers).map(([key, value]) => `${key}: ${value.replaceAll(/[^\x20-\x7e]/g, '?')}`),
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed;',
    ` boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    writeQuoted(text),
  ];
  const next = Buffer.from(`--${boundary}${EOL}`, 'latin1');
  const parts = files.flatMap((file) => [next, file]);
  return Buffer.concat([Buffer.from(lines.join(EOL) + EOL, 'latin1'), ...parts, Buffer.from(`--${boundary}--${EOL}`, 'latin1')]);
}

/** A file as a part of a mail: written once, for whoever it goes to. */
export function writeFile({ filename, contentType, bytes }: MimeFile): Buffer {
  if (!/^[\x20-\x7e]+$/.test(filename) || /["\\]/.test(filename)) throw new Error('a name of file that no header holds as it is');
  const head = [
    `Content-Type: ${contentType}; name="${filename}"`,
    `Content-Disposition: attachment; filename="${filename}"`,
    'Content-Transfer-Encoding: base64',
    '',
    '',
  ].join(EOL);
  return Buffer.from(head + inLines(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')), 'latin1');
}

const LINE = 76;

function inLines(text: string): string {
  let lines = '';
  for (let at = 0; at < text.length; at += LINE) lines += text.slice(at, at + LINE) + EOL;
  return lines;
}

const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

/** What goes into a header as it is: were it not on one line of ASCII, it would be other headers. */
function plain(value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value)) throw new Error('a value that no header holds as it is');
  return value;
}

function writeSender({ name, address }: MimeMail['from']): string {
  const words = oneLine(name);
  const inBrackets = `<${plain(address)}>`;
  if (words === '') return inBrackets;
  const isPlain = words.length <= LINE - 10 && /^[\x20-\x7e]+$/.test(words);
  const written = isPlain ? `"${words.replaceAll(/["\\]/g, '\\$&')}"` : encodedWords(words, 'From: '.length);
  const line = `From: ${written}`.split(EOL).at(-1)!;
  return `${written}${line.length + 1 + inBrackets.length > LINE ? EOL : ''} ${inBrackets}`;
}

/** Free words of a header: those in ASCII stay readable as they are, what has accents between them is encoded. */
function writeWords(text: string, at: number): string {
  const words = text.split(' ');
  const isPlain = (word: string) => /^[\x21-\x7e]*$/.test(word) && !word.includes('=?') && word.length <= LINE - 2;
  const first = words.findIndex((word) => !isPlain(word));
  if (first < 0) return folded(words, at);
  const last = words.findLastIndex((word) => !isPlain(word));
  const before = folded(words.slice(0, first), at);
  const column = before.length - (before.lastIndexOf('\n') + 1) + (before.includes('\n') ? 0 : at) + 1;
  const encoded = encodedWords(words.slice(first, last + 1).join(' '), column);
  const after = words.slice(last + 1);
  const tail = after.length === 0 ? '' : `${EOL} ${folded(after, 1)}`;
  return first === 0 ? encoded + tail : `${before} ${encoded}${tail}`;
}

/** @param at column where the first word comes */
function folded(words: readonly string[], at: number): string {
  let text = '';
  let column = at;
  for (const [n, word] of words.entries()) {
    const isFolded = n > 0 && column + 1 + word.length > LINE;
    text += n === 0 ? word : (isFolded ? `${EOL} ` : ' ') + word;
    column = isFolded ? 1 + word.length : column + word.length + (n > 0 ? 1 : 0);
  }
  return text;
}

/** RFC 2047 §2: words of at most 75 characters, none of which cuts a character; white space between them is nobody's. */
function encodedWords(text: string, at: number): string {
  const bytes = Buffer.from(text, 'utf8');
  const words: string[] = [];
  for (let from = 0, room = LINE - at; from < bytes.length; room = LINE - 1) {
    const most = Math.max(3, Math.floor((Math.min(75, room) - '=?UTF-8?B??='.length) / 4) * 3);
    let to = Math.min(bytes.length, from + most);
    // Not inside a character: its further bytes are 10xxxxxx. The first word may be too short for one of four bytes.
    while (to < bytes.length && (bytes[to]! & 0xc0) === 0x80) to -= 1;
    if (to <= from) for (to = from + 1; to < bytes.length && (bytes[to]! & 0xc0) === 0x80; ) to += 1;
    words.push(`=?UTF-8?B?${bytes.toString('base64', from, to)}?=`);
    from = to;
  }
  return words.join(`${EOL} `);
}

/** RFC 2045 §6.7, of lines that end with CRLF. */
function writeQuoted(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => {
      let written = '';
      let column = 0;
      const last = Buffer.from(line, 'utf8');
      for (const [n, byte] of last.entries()) {
        const isBare = (byte > 32 && byte < 127 && byte !== 61) || (byte === 32 && n < last.length - 1);
        const unit = isBare ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
        if (column + unit.length > LINE - 1) {
          written += `=${EOL}`;
          column = 0;
        }
        written += unit;
        column += unit.length;
      }
      return written;
    })
    .join(EOL);
}
