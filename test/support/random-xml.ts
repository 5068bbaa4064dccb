/** Documents that are nearly XML: for comparing two readers where readers go wrong. Deterministic from a seed. */

/** mulberry32: small, fast, good enough to choose tokens. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

const NAMES = [
  'a',
  'a',
  'b',
  'b',
  'code',
  'code',
  'section',
  'é',
  'a1',
  'xml',
  'p:a',
  '_',
  'a-b.c',
  'A',
  '𐐀',
  'q:b',
  'xmlns',
  'p:xmlns',
  ':a',
];
const VALUES = [
  '',
  '1',
  'urn:x',
  'urn:y',
  'x y',
  '\n',
  '\t z',
  '&lt;',
  '&#10;',
  '&amp;amp;',
  'é',
  '😀',
  "it's",
  'http://www.w3.org/XML/1998/namespace',
  'http://www.w3.org/2000/xmlns/',
];
const TEXTS = [
  'x',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '&lt;',
  '&gt;',
  '&#233;',
  '&#x1F600;',
  '>',
  ']]',
  ']',
  'é',
  '😀',
  'mmol/L',
  '&quot;',
  '-',
  '"',
];
const ODD = [
  '<',
  '>',
  '&',
  '&;',
  '&nbsp;',
  '&#0;',
  '&#xD800;',
  '&#1114112;',
  ']]>',
  '<!',
  '<!-',
  '<!--',
  '-->',
  '--',
  '<?',
  '?>',
  '<?xml version="1.0"?>',
  '</',
  '/>',
  '=',
  '"',
  "'",
  '\u0000',
  '\u0001',
  '\ud800',
  '\uffff',
  '\ufffe',
  '\ufeff',
  '<![CDATA[',
  '<!DOCTYPE a>',
  '\u0085',
  '\u2028',
  '&#13;',
  '<a',
  '<a:',
  'xmlns=""',
  ' xmlns:p=""',
];

function attributes(random: () => number): string {
  let xml = '';
  if (random() < 0.5) xml += ` xmlns:p="${pick(random, ['urn:x', 'urn:y', 'urn:hl7-org:v3'])}"`;
  if (random() < 0.2) xml += ` xmlns="${pick(random, ['urn:hl7-org:v3', '', 'urn:y'])}"`;
  if (random() < 0.15) xml += ' xmlns:q="urn:x"';
  while (random() < 0.4) {
    const quote = random() < 0.7 ? '"' : "'";
    xml += `${pick(random, [' ', '\n', '  '])}${pick(random, NAMES)}${pick(random, ['=', ' = '])}${quote}${pick(random, VALUES).replaceAll(quote, '')}${quote}`;
  }
  return xml;
}

function element(random: () => number, depth: number): string {
  const name = pick(random, NAMES);
  const tag = `<${name}${attributes(random)}${pick(random, ['', '', ' ', '\n'])}`;
  if (random() < 0.25 || depth > 5) return `${tag}/>`;
  let inside = '';
  while (random() < 0.6) {
    const kind = random();
    if (kind < 0.45) inside += element(random, depth + 1);
    else if (kind < 0.85) inside += pick(random, TEXTS);
    else inside += pick(random, ['<!-- c -->', '<?pi x?>', '<![CDATA[<&>]]>', '<!---->', '<?pi?>', '<![CDATA[]]>']);
  }
  return `${tag}>${inside}</${name}${pick(random, ['', '', ' '])}>`;
}

/** A document, well-formed or damaged at up to three places. */
export function randomXml(seed: number): string {
  const random = randomFrom(seed);
  const before = pick(random, [
    '',
    '',
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<?xml version="1.0"?>\n',
    '<!-- c -->',
    '<?pi x?>',
    '\n',
    '<?xml version="1.0" standalone="no" ?>',
  ]);
  let xml = `${before}${element(random, 0)}${pick(random, ['', '', '\n', '<!-- end -->', '<?end?>'])}`;
  for (let damage = Math.floor(random() * 4); damage > 0; damage--) xml = damaged(random, xml);
  return xml;
}

/** One edit: characters removed, doubled, replaced, or something odd put in. */
export function damaged(random: () => number, text: string): string {
  const at = Math.floor(random() * (text.length + 1));
  const length = Math.floor(random() * 4);
  const kind = random();
  if (kind < 0.3) return text.slice(0, at) + text.slice(at + length);
  if (kind < 0.6) return text.slice(0, at) + pick(random, ODD) + text.slice(at);
  if (kind < 0.8) return text.slice(0, at) + pick(random, TEXTS) + text.slice(at + length);
  if (kind < 0.9) return text.slice(0, at) + text.slice(at, at + length * 5) + text.slice(at);
  return text.slice(0, at);
}
