import { Refusal } from '#kernel';
import type { Finding } from '../cda/rules/rule.ts';
import { refusedFinding, validateCda } from '../cda/validate.ts';
import { hl7MessagesIn } from '../hl7v2/batch.ts';
import { checkMessage } from '../hl7v2/message-rules.ts';
import { checkMetadata } from '../xdm/metadata-rules.ts';
import { checkReport } from './report-rules.ts';
import { type Content, type FileRead, readAny } from './read.ts';
import { findingOf } from './warning-words.ts';

/**
 * Checks any file of the region against our own rules: the French model for a report in CDA, what every report needs otherwise, the French use of HL7 v2, the national
 * metadata for an archive and each document in it. What a reader warns of is a warning; a file that cannot be read is one error.
 */
export function validateAny(bytes: Uint8Array, contentType?: string): Finding[] {
  let file: FileRead;
  try {
    file = readAny(bytes, contentType);
  } catch (error) {
    if (error instanceof Refusal) return [refusedFinding(error)];
    throw error;
  }
  const ofMessages = file.format === 'hl7' ? checkMessages(bytes) : [];
  return [...ofMessages, ...file.warnings.map(findingOf), ...file.contents.flatMap((content, n) => ofContent(content, placeOf(file, n)))];
}

function checkMessages(bytes: Uint8Array): Finding[] {
  const messages = hl7MessagesIn(bytes);
  if (messages.length === 1) return checkMessage(messages[0]!);
  return messages.flatMap((message, n) => checkMessage(message).map((finding) => ({ ...finding, at: `message ${n + 1} ${finding.at}` })));
}

/** Places say which of several documents they are in. */
const placeOf = ({ format, contents }: FileRead, n: number): string =>
  format === 'xdm' || contents.length > 1 ? `${format === 'hl7' ? 'message' : 'document'} ${n + 1}` : '';

function ofContent(content: FileRead['contents'][number], place: string): Finding[] {
  const findings = [...(content.metadata ? checkMetadata(content.metadata, '') : []), ...insideOf(content)];
  return place === '' ? findings : findings.map((finding) => ({ ...finding, at: `${place} ${finding.at.trim()}` }));
}

function insideOf(content: Content): Finding[] {
  switch (content.kind) {
    case 'report': {
      if (content.source) return validateCda(content.source);
      return [...checkReport(content.report), ...content.report.warnings.map(findingOf)];
    }
    case 'document':
      return validateCda(content.source);
    case 'message':
      return content.message.warnings.map(findingOf);
    case 'file':
      return [];
  }
}
