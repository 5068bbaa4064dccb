import { describe, expect, test } from 'vitest';
import { hasSchema } from '../../test/support/cda-schema.ts';
import { chemistryReport } from '../../test/support/lab-report.ts';
import { writeCda } from '#formats';
import { openSchema } from './schema.ts';

test('a folder without the schema of CDA gives no check', async () => {
  expect(await openSchema('docs')).toBeUndefined();
});

describe.skipIf(!hasSchema)('the schema of CDA', async () => {
  const check = (await openSchema('../shared/schemas'))!;
  const good = writeCda(chemistryReport(1), { pdf: 'JVBERi0=' });
  const told = (xml: string) => check(Buffer.from(xml)).map(({ rule, at, message }) => [rule, at, message.fr]);

  test('finds nothing in a good report, in any encoding', () => {
    expect(told(good)).toEqual([]);
    const latin = Buffer.from(good.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'), 'latin1');
    expect(check(latin)).toEqual([]);
  });

  test('looks at the document that a stylesheet holds, with the lines of the file', () => {
    const [declaration, ...rest] = good.replace(' xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2"', '').split('\n');
    const wrap = (inside: string) =>
      `${declaration}\n<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2">\n<xsl:template match="/"/>\n${inside}\n</xsl:stylesheet>`;
    expect(told(wrap(rest.join('\n')))).toEqual([]);
    expect(told(wrap(rest.join('\n').replace('<title>', '<title colour="red">')))).toEqual([
      ['XSD', 'line 4', 'L’attribut colour n’existe pas dans title.'],
    ]);
  });

  test.each([
    ['an element out of place', (xml: string) => xml.replace(/(<title>.*?<\/title>)/, '$1$1'), /^L’élément title n’est pas à sa place\.$/],
    [
      'an attribute of no model',
      (xml: string) => xml.replace('<title>', '<title colour="red">'),
      /^L’attribut colour n’existe pas dans title\.$/,
    ],
    [
      'a value that no list has',
      (xml: string) => xml.replace('unit="mmol/L"', 'unit="mmol / L"'),
      /^La valeur de l’attribut unit de value/,
    ],
    [
      'text where none is',
      (xml: string) => xml.replace('<recordTarget>', '<recordTarget>bonjour'),
      /^Du texte est écrit dans recordTarget/,
    ],
    [
      'an element that lacks',
      (xml: string) => xml.replace(/<assignedCustodian>.*?<\/assignedCustodian>/s, ''),
      /^Il manque un élément dans custodian\.$/,
    ],
  ])('tells %s in French, with its line', (_what, change, expected) => {
    const changed = change(good);
    expect(changed).not.toBe(good);
    const [first] = told(changed);
    expect(first).toEqual(['XSD', expect.stringMatching(/^line \d+$/), expect.stringMatching(expected)]);
  });
});
