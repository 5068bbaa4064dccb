import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { saxesEvents, tapeEvents } from '../../../test/support/xml-events.ts';
import { decodeXml, makeVocabulary, scanXml } from './index.ts';

const { vocabulary } = makeVocabulary('urn:hl7-org:v3', [['a', 'b', 'code', 'observation']], ['urn:x']);
const SAMPLES = '../shared/samples';

describe('the scanner and a conforming parser see the same document', () => {
  test.skipIf(!existsSync(SAMPLES))('in every official sample', { timeout: 60_000 }, () => {
    const files = globSync(`${SAMPLES}/{cda,cda-other}/*.xml`);
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const source = decodeXml(readFileSync(file));
      expect({ file, events: tapeEvents(scanXml(source, vocabulary)) }).toEqual({ file, events: saxesEvents(source) });
    }
  });

  test.each([
    '<a/>',
    '<a b="1" c=\'2\'>x<b/>y</a>',
    '<p:a xmlns:p="urn:x" p:b="1" b="2"><p:c/></p:a>',
    '<a xmlns="urn:hl7-org:v3"><b xmlns="urn:x"><c/></b><d xmlns=""/></a>',
    '<a>&lt;&#233;&#x1F600;<![CDATA[<&]]>x<!-- c --><?pi d?></a>',
    '<a b="&quot;&#10;\n\tz"/>',
    '<a>\r\n\r</a>',
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<!-- c --><a/>\n<?end?>',
    '<é-ü.1 _a="ç"/>',
    '<a  b = "1" ></a >',
    '<a xml:space="preserve" xmlns:xml="http://www.w3.org/XML/1998/namespace"/>',
  ])('in %j', (source) => {
    expect(tapeEvents(scanXml(source, vocabulary))).toEqual(saxesEvents(source));
  });
});

describe('what is not well-formed is refused, and the refusal says where', () => {
  test.each([
    ['', 'line 1, column 1'],
    ['text', 'line 1, column 1'],
    ['<a>', 'line 1, column 4'],
    ['<a></b>', 'line 1, column 4'],
    ['<a/><b/>', 'line 1, column 5'],
    ['<a b="1" b="2"/>', 'line 1, column 1'],
    ['<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>', 'line 1, column 1'],
    ['<a\n b=1/>', 'line 2, column 4'],
    ['<a b="<"/>', 'line 1, column 7'],
    ['<a b="1"c="2"/>', 'line 1, column 9'],
    ['<a>&nbsp;</a>', 'line 1, column 4'],
    ['<a>&#0;</a>', 'line 1, column 4'],
    ['<a>& </a>', 'line 1, column 4'],
    ['<a>]]></a>', 'line 1, column 4'],
    ['<a>\u0001</a>', 'line 1, column 4'],
    ['<a>\ud800</a>', 'line 1, column 4'],
    ['<a><!-- -- --></a>', 'line 1, column 4'],
    ['<p:a/>', 'line 1, column 1'],
    ['<a xmlns:p=""/>', 'line 1, column 1'],
    ['<a:b:c xmlns:a="u"/>', 'line 1, column 2'],
    [' <?xml version="1.0"?><a/>', 'line 1, column 2'],
    ['<a><![CDATA[x</a>', 'line 1, column 4'],
    ['<a/>x', 'line 1, column 5'],
    ['</a>', 'line 1, column 1'],
  ])('%j at %s', (source, at) => {
    expect(() => scanXml(source, vocabulary)).toThrow(expect.objectContaining({ code: 'report.unreadable', at }));
    expect(() => saxesEvents(source)).toThrow(Error);
  });
});

describe('what is made to harm is refused as hostile', () => {
  const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;
  test.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a billion laughs', '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;">]><a>&y;</a>'],
    ['elements nested too deep', nested(201)],
    ['100,000 nested elements', nested(100_000)],
    ['a flood of attributes', `<a ${Array.from({ length: 65 }, (_, i) => `b${i}="1"`).join(' ')}/>`],
    ['a flood of elements', `<a>${'<b/>'.repeat(50_000)}</a>`],
    ['a flood of attributes over many elements', `<a>${'<b c="1" d="1" e="1"/>'.repeat(33_334)}</a>`],
    ['a flood of different names', `<a>${Array.from({ length: 9_000 }, (_, i) => `<b${i}/>`).join('')}</a>`],
    ['a flood of references', `<a>${'&lt;'.repeat(100_001)}</a>`],
    ['a flood of bindings', `<a${Array.from({ length: 64 }, (_, i) => ` xmlns:p${i}="u"`).join('')}/>`],
    ['a flood of namespaces', `<a>${Array.from({ length: 300 }, (_, i) => `<b xmlns="u${i}"/>`).join('')}</a>`],
  ])('%s', (_, source) => {
    expect(() => scanXml(source, vocabulary)).toThrow(expect.objectContaining({ code: 'report.hostile' }));
  });
  test('50,000 elements and 100,000 attributes are still read', () => {
    const tape = scanXml(`<a>${'<b c="1" d="1"/>'.repeat(49_999)}<!-- --></a>`, vocabulary);
    expect([tape.count, tape.attributeCount]).toEqual([50_000, 99_998]);
  });
  test('200 nested elements are still read', () => {
    expect(scanXml(nested(200), vocabulary).count).toBe(200);
  });
});
