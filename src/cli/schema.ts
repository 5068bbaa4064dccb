import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '#formats';
import { decodeXml, StartError } from '#kernel';

/** Checks documents in CDA against their XML schema. */
export type SchemaCheck = (bytes: Uint8Array) => Finding[];

/** The schema of CDA R2 with its French extensions, in the folder of schemas that the operator keeps: none is shipped. */
const CDA_SCHEMA = 'CDA_extended.xsd';
const MAX_FINDINGS = 50;

/**
 * Compiles the schema of a folder, or of the `cda` in it, once a process. libxml2 in WebAssembly; no network, no external entity.
 * @returns undefined when the folder holds no schema of CDA
 * @throws StartError when the schema is there and cannot be compiled
 */
export async function openSchema(folder: string): Promise<SchemaCheck | undefined> {
  const path = [join(folder, 'cda', CDA_SCHEMA), join(folder, CDA_SCHEMA)].find((place) => existsSync(place));
  if (path === undefined) return undefined;
  const [{ ParseOption, XmlDocument, XmlValidateError, XsdValidator }, { xmlRegisterFsInputProviders }] = await Promise.all([
    import('libxml2-wasm'),
    import('libxml2-wasm/lib/nodejs.mjs'),
  ]);
  xmlRegisterFsInputProviders();
  let validator: InstanceType<typeof XsdValidator>;
  try {
    using schema = XmlDocument.fromBuffer(readFileSync(path), { url: path });
    validator = XsdValidator.fromDoc(schema);
  } catch (error) {
    throw new StartError(`The schema ${path} cannot be compiled: ${(error as Error).message.split('\n')[0]}`);
  }
  // Only what our own scanner has read comes here: no document type, bounded depth and size.
  const option = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_HUGE | ParseOption.XML_PARSE_BIG_LINES;
  return (bytes) => {
    using document = XmlDocument.fromString(documentInside(withoutDeclaration(decodeXml(bytes))), { option });
    try {
      validator.validate(document);
      return [];
    } catch (error) {
      if (!(error instanceof XmlValidateError)) throw error;
      return error.details.slice(0, MAX_FINDINGS).map(({ message, line }) => findingOf(message.trim(), line));
    }
  };
}

/** The characters are already decoded, so what the declaration says of bytes is true no more. */
const withoutDeclaration = (xml: string): string => xml.replace(/^\ufeff?<\?xml[^>]*\?>/, (all) => all.replace(/[^\n]/g, ' ').trimEnd());

/**
 * The document that a stylesheet holds (« auto-présentable »): its element with the namespaces declared around it, at the same lines. The
 * stylesheet is never run, and the schema knows nothing of it.
 */
function documentInside(xml: string): string {
  const open = /<((?:[\w.-]+:)?ClinicalDocument)(?=[\s>])/.exec(xml);
  const around = xml.slice(0, open?.index ?? 0);
  if (!open || !/<[\w.-]+:(?:stylesheet|transform)\b/.test(around)) return xml;
  const [tag, name] = open;
  const end = xml.lastIndexOf(`</${name}`);
  const start = xml.slice(open.index + tag.length, xml.indexOf('>', open.index));
  const declared = new Map([...around.matchAll(/\b(xmlns(?::[\w.-]+)?)\s*=\s*("[^"]*"|'[^']*')/g)].map(([, key, uri]) => [key!, uri!]));
  const added = [...declared].filter(([key]) => !new RegExp(`\\b${key}\\s*=`).test(start)).map(([key, uri]) => ` ${key}=${uri}`);
  const lines = '\n'.repeat(around.split('\n').length - 1);
  return `${lines}${tag}${added.join('')}${xml.slice(open.index + tag.length, xml.indexOf('>', end) + 1)}`;
}

const plain = (text: string): string => text.replaceAll(/\{[^}]*\}/g, '');

interface Words {
  message: Finding['message'];
  remedy: Finding['remedy'];
}

/** What libxml2 says, in words of the field; its own sentence when it is none of these. */
const SENTENCES: readonly (readonly [RegExp, (parts: readonly string[]) => Words])[] = [
  [
    /^Element '([^']+)': This element is not expected\.(?: Expected is (?:one of )?\( (.+) \))?/,
    ([, name = '', expected]) => ({
      message: { fr: `L’élément ${name} n’est pas à sa place.`, en: `The element ${name} is not in its place.` },
      remedy: expected
        ? { fr: `Ici le schéma attend : ${expected}.`, en: `Here the schema expects: ${expected}.` }
        : { fr: 'Retirer l’élément, ou le remettre dans l’ordre du modèle.', en: 'Take it away, or put it in the order of the model.' },
    }),
  ],
  [
    /^Element '([^']+)': Missing child element\(s\)\.(?: Expected is (?:one of )?\( (.+) \))?/,
    ([, name = '', expected]) => ({
      message: { fr: `Il manque un élément dans ${name}.`, en: `An element is missing in ${name}.` },
      remedy: { fr: `Ajouter : ${expected ?? 'l’élément obligatoire'}.`, en: `Add: ${expected ?? 'the mandatory element'}.` },
    }),
  ],
  [
    /^Element '([^']+)': The attribute '([^']+)' is required but missing/,
    ([, name = '', attribute = '']) => ({
      message: { fr: `Il manque l’attribut ${attribute} de ${name}.`, en: `The attribute ${attribute} of ${name} is missing.` },
      remedy: { fr: 'Ajouter l’attribut avec sa valeur.', en: 'Add the attribute with its value.' },
    }),
  ],
  [
    /^Element '([^']+)', attribute '([^']+)': The attribute '[^']+' is not allowed/,
    ([, name = '', attribute = '']) => ({
      message: { fr: `L’attribut ${attribute} n’existe pas dans ${name}.`, en: `There is no attribute ${attribute} in ${name}.` },
      remedy: { fr: 'Retirer l’attribut.', en: 'Take the attribute away.' },
    }),
  ],
  [
    /^Element '([^']+)'(?:, attribute '([^']+)')?: (?:\[facet '[^']+'\] The value|'|The value)/,
    ([, name = '', attribute]) => ({
      message: {
        fr: `La valeur de ${attribute ? `l’attribut ${attribute} de ` : ''}${name} n’est pas de celles du modèle.`,
        en: `The value of ${attribute ? `the attribute ${attribute} of ` : ''}${name} is not one that the model allows.`,
      },
      remedy: {
        fr: 'Prendre une valeur permise, sans espace ni signe étranger.',
        en: 'Take an allowed value, without blank or foreign sign.',
      },
    }),
  ],
  [
    /^Element '([^']+)': Character content/,
    ([, name = '']) => ({
      message: { fr: `Du texte est écrit dans ${name}, qui n’en contient pas.`, en: `There is text in ${name}, which holds none.` },
      remedy: {
        fr: 'Retirer le texte, ou le mettre dans l’élément prévu.',
        en: 'Take the text away, or put it in the element made for it.',
      },
    }),
  ],
];

function findingOf(sentence: string, line: number): Finding {
  const text = plain(sentence);
  for (const [pattern, words] of SENTENCES) {
    const parts = pattern.exec(text);
    if (parts) return { rule: 'XSD', severity: 'error', at: `line ${line}`, ...words(parts) };
  }
  return {
    rule: 'XSD',
    severity: 'error',
    at: `line ${line}`,
    message: { fr: `Le schéma CDA refuse cet endroit : ${text.slice(0, 200)}`, en: text.slice(0, 200) },
    remedy: { fr: 'Corriger cet endroit selon le modèle du document.', en: 'Mend this place after the model of the document.' },
  };
}
