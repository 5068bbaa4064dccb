import { describe, expect, test } from 'vitest';
import { decodeXml } from './decode.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

describe('the characters of a document', () => {
  test.each([
    ['UTF-8 without a word', Buffer.from('<a>é</a>'), undefined, '<a>é</a>'],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeff<a>é</a>'), undefined, '<a>é</a>'],
    [
      'ISO-8859-1',
      latin('<?xml version="1.0" encoding="ISO-8859-1"?><a>é\u0080</a>'),
      undefined,
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>é\u0080</a>',
    ],
    [
      'ISO-8859-15',
      latin("<?xml version='1.0' encoding='iso-8859-15'?><a>\u00a4</a>"),
      undefined,
      "<?xml version='1.0' encoding='iso-8859-15'?><a>€</a>",
    ],
    [
      'windows-1252',
      latin('<?xml version="1.0" encoding="windows-1252"?><a>\u0092</a>'),
      undefined,
      '<?xml version="1.0" encoding="windows-1252"?><a>’</a>',
    ],
    ['UTF-16 little end first', Buffer.from('\ufeff<a>é</a>', 'utf16le'), undefined, '<a>é</a>'],
    ['UTF-16 big end first', Buffer.from('\ufeff<a>é</a>', 'utf16le').swap16(), undefined, '<a>é</a>'],
    ['what the Content-Type says, when the document says nothing', latin('<a>é</a>'), 'text/xml; charset=ISO-8859-1', '<a>é</a>'],
  ])('%s', (_, bytes, contentType, text) => {
    expect(decodeXml(bytes, contentType)).toBe(text);
  });
});

describe('bytes that are not what they say are refused, never mended', () => {
  test.each([
    ['a broken UTF-8 sequence', Buffer.concat([Buffer.from('<a>\n'), Buffer.from([0xc3, 0x28]), Buffer.from('</a>')]), 'line 2, byte 6'],
    ['an overlong UTF-8 sequence', Buffer.from([0x3c, 0xc0, 0xbc]), 'line 1, byte 2'],
    ['ISO-8859-1 bytes called UTF-8', latin('<?xml version="1.0" encoding="UTF-8"?><a>é</a>'), 'line 1, byte 43'],
    ['an encoding that we do not read', Buffer.from('<?xml version="1.0" encoding="UTF-7"?><a/>'), 'line 1, column 1'],
    ['UTF-16 without a mark', Buffer.from('<a/>', 'utf16le'), 'line 1, column 1'],
    ['half a UTF-16 character', Buffer.from([0xff, 0xfe, 0x3c]), 'line 1, byte 3'],
  ])('%s', (_, bytes, at) => {
    expect(() => decodeXml(bytes)).toThrow(expect.objectContaining({ code: 'report.unreadable', at }));
  });

  test('more than 20 MB is hostile', () => {
    expect(() => decodeXml(new Uint8Array(20 * 1024 * 1024 + 1))).toThrow(expect.objectContaining({ code: 'report.hostile' }));
  });
});
