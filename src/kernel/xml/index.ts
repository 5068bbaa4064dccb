/** XML 1.0 read safely and fast: bytes → characters → tape; nothing of health in it. */
export { decodeXml } from './decode.ts';
export { escapeAttribute, escapeText } from './entities.ts';
export { scanXml, type ScanOptions } from './scan.ts';
export * from './tape.ts';
export { makeVocabulary, type Vocabulary } from './vocabulary.ts';
