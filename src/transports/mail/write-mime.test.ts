import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { runs } from '../../../test/support/runs.ts';
import { writeFile, writeMime } from './write-mime.ts';

const words = fc.string({ unit: fc.constantFrom(...'ÉéàABcd 1/+=?_"\\<>\n\r.…🧪'), maxLength: 200 });
const oneLine = (text: string) => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

test('whatever a laboratory is called and its document says, a mail is read back with its words and its files, and no header is made of them', async () => {
  await fc.assert(
    fc.asyncProperty(words, words, words, fc.uint8Array({ maxLength: 300 }), async (name, subject, text, bytes) => {
      const files = [{ filename: 'IHE_XDM.ZIP', contentType: 'application/zip', bytes }];
      const raw = writeMime({
        from: { name, address: 'cigogne@region.mssante.example' },
        to: 'anne@cabinet.mssante.example',
        subject,
        messageId: '<0199aaaa-0000-7000-8000-000000000001.ab12cd34@region.mssante.example>',
        date: new Date('2026-11-22T09:08:07Z'),
        answers: '<before@region.mssante.example>',
        headers: { 'X-MSS-INS': 'O' },
        text,
        files: files.map(writeFile),
      });
      const said = raw.toString('latin1');
      expect(said).toMatch(/^[\x20-\x7e\r\n]*$/);
      expect(said.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(said.split('\r\n').filter((line) => line.length > 76 && !line.startsWith('Message-ID: '))).toEqual([]);
      const read = await PostalMime.parse(raw);
      expect(oneLine(read.from?.name ?? '')).toBe(oneLine(name));
      expect(read.from?.address).toBe('cigogne@region.mssante.example');
      expect(oneLine(read.subject ?? '')).toBe(oneLine(subject));
      expect(read.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(text.replaceAll(/\r\n|\r/g, '\n').trimEnd());
      expect(read.date).toBe('2026-11-22T09:08:07.000Z');
      expect(read.inReplyTo).toBe('<before@region.mssante.example>');
      expect(read.headers.filter(({ key }) => key.startsWith('x-'))).toMatchObject([{ key: 'x-mss-ins', value: 'O' }]);
      expect(read.attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([['IHE_XDM.ZIP', 'application/zip']]);
      expect(Buffer.from(read.attachments[0]!.content as ArrayBuffer)).toEqual(Buffer.from(bytes));
    }),
    { numRuns: runs(100) },
  );
});
