import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { narrativeToHtml, narrativeToText } from './narrative-html.ts';

describe('the narrative of a section becomes HTML', () => {
  test('with its tables, spans, lists, paragraphs, breaks, indices and style codes', () => {
    expect(
      narrativeToHtml(
        '<table border="1"><thead><tr><th colspan="2">Examen</th></tr></thead><tbody><tr><td rowspan="2">a<br/>b</td></tr></tbody></table>' +
          '<list listType="ordered"><item>x</item></list><list><item>y</item></list><paragraph styleCode="Bold xUnknown">H<sub>2</sub>O 10<sup>9</sup></paragraph>',
      ),
    ).toBe(
      '<table><thead><tr><th colspan="2">Examen</th></tr></thead><tbody><tr><td rowspan="2">a<br>b</td></tr></tbody></table>' +
        '<ol><li>x</li></ol><ul><li>y</li></ul><p class="cda-bold">H<sub>2</sub>O 10<sup>9</sup></p>',
    );
  });

  test('with the ID that results point to, so that a screen can light up the line', () => {
    expect(narrativeToHtml('<content ID="r1" styleCode="Italics">Glucose</content>')).toBe(
      '<span class="cda-italics" data-ref="r1">Glucose</span>',
    );
  });

  test('with a place for each picture', () => {
    expect(narrativeToHtml('<renderMultiMedia referencedObject="curve-1"/>')).toBe('<span class="cda-media" data-media="curve-1"></span>');
  });

  test('also when its elements carry a prefix that was declared outside of it', () => {
    expect(narrativeToHtml('<c:paragraph>x</c:paragraph>')).toBe('<p>x</p>');
  });
});

describe('nothing from outside runs in a page', () => {
  test.each([
    ['<script>alert(1)</script>', 'alert(1)'],
    ['<content onclick="x()" style="x" class="y" href="javascript:x">a</content>', '<span>a</span>'],
    ['<linkHtml href="javascript:alert(1)">a</linkHtml>', 'a'],
    ['<paragraph>&lt;img src=x onerror=alert(1)&gt;</paragraph>', '<p>&lt;img src=x onerror=alert(1)&gt;</p>'],
    ['<![CDATA[<script>x</script>]]>', '&lt;script&gt;x&lt;/script&gt;'],
    ['<content ID="a&quot; onload=&quot;x">a</content>', '<span>a</span>'],
    ['<td colspan="2&quot; onclick=&quot;x">a</td>', '<td>a</td>'],
    ['<content styleCode="Bold&quot; x=&quot;">a</content>', '<span>a</span>'],
    ['<svg xmlns="http://www.w3.org/2000/svg" onload="x"><style>a{}</style></svg>', 'a{}'],
    ['<table xmlns="http://www.w3.org/1999/xhtml"><tr onclick="x"/></table>', ''],
    ['<!-- <script> --><?php x ?>a', 'a'],
    ['<renderMultiMedia referencedObject="x&quot; y"/>', '<span class="cda-media" data-media="y"></span>'],
  ])('%s', (narrative, html) => {
    expect(narrativeToHtml(narrative)).toBe(html);
  });

  test('a document type or an element left open is refused', () => {
    expect(() => narrativeToHtml('<paragraph>')).toThrow(expect.objectContaining({ code: 'report.unreadable' }));
    expect(() => narrativeToHtml('</text><text>')).toThrow(expect.objectContaining({ code: 'report.unreadable' }));
  });

  test('whatever the words, only our own tags come out', () => {
    const OURS =
      /<\/?(?:table|thead|tbody|tfoot|tr|th|td|caption|ul|ol|li|p|span|sub|sup|br)(?: (?:colspan|rowspan)="\d+"| class="[a-z -]+"| data-(?:ref|media)="[\w.-]+")*>/g;
    const words = fc.string({ unit: fc.constantFrom(...'<>&"\'/=! abscript;onload:x-[]C'.split('')) });
    fc.assert(
      fc.property(words, words, words, (a, b, c) => {
        const quoted = b.replace(/[<&"]/g, '');
        const markup = `<content ID="${quoted}" styleCode="${quoted}">${a.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</content><td colspan="${quoted}"/>${c.replace(/[<&]/g, '').replaceAll(']]>', '')}`;
        expect(narrativeToHtml(markup).replace(OURS, '')).not.toMatch(/[<>]/);
      }),
    );
  });
});

test('the narrative of a section becomes plain text, one line a row, paragraph or item', () => {
  const row = '<table><caption>Bilan</caption><tr>\n <td>Glucose</td>\n<td>7,2  mmol/L &lt; 10</td></tr></table>';
  expect(narrativeToText(`${row}<paragraph>a<br/>b</paragraph>`)).toBe('Bilan\nGlucose | 7,2 mmol/L < 10\na\nb');
});

test('an empty cell keeps its place in a row of plain text, and a paragraph in a cell stays in it', () => {
  const cells = '<td>Glucose</td><td/><td><paragraph>7,2</paragraph><paragraph>contrôlé</paragraph></td><td></td>';
  expect(narrativeToText(`<table><tbody><tr>${cells}</tr><tr><td>Urée</td></tr></tbody></table>`)).toBe('Glucose | | 7,2 contrôlé\nUrée');
});
