import { child, firstChild, keyOf, nextSibling, NONE } from '#kernel';
import type { PreviousResult, Result } from '../lab-report.ts';
import { checkAgainstNarrative } from './check-narrative.ts';
import { readImage, readSpecimenRole, takeComment } from './read-parts.ts';
import { readParticipant } from './read-people.ts';
import { attr, type Reading, said, warn } from './reading.ts';
import { readCoded, readIdentifier, readMoment, readReferenceRange, readValue } from './read-values.ts';
import { V } from './vocabulary.ts';

/**
 * An observation (FR-Resultat-examens-de-biologie-element-clinique-pertinent), in one walk over its children.
 * @param of the result of which it is a previous value
 */
export function readResult(r: Reading, n: number, of?: Result): Result {
  const result: Result = { kind: 'result', code: {}, status: '' };
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) takePart(r, c, result);
  checkAgainstNarrative(r, n, result, of);
  return result;
}

function takePart(r: Reading, c: number, result: Result): void {
  switch (keyOf(r.tape, c)) {
    case V.code:
      result.code = readCoded(r, c) ?? {};
      break;
    case V.statusCode:
      result.status = attr(r, c, V.code) ?? '';
      break;
    case V.effectiveTime: {
      const at = readMoment(r, c);
      if (at !== undefined) result.at = at;
      break;
    }
    case V.value:
      takeValue(r, c, result);
      break;
    case V.interpretationCode: {
      const code = attr(r, c, V.code);
      if (code !== undefined) (result.interpretations ??= []).push(code);
      break;
    }
    case V.methodCode: {
      const method = readCoded(r, c);
      if (method) result.method = method;
      break;
    }
    case V.referenceRange: {
      const range = readReferenceRange(r, c);
      if (range && !result.reference) result.reference = range;
      else if (range) (result.otherReferences ??= []).push(range);
      break;
    }
    default:
      takeRarePart(r, c, result);
  }
}

function takeValue(r: Reading, c: number, result: Result): void {
  const value = readValue(r, c);
  if (!value) return;
  if (!result.value) {
    result.value = value;
    return;
  }
  warn(r, 'value.several', c, 'an observation with several values: the first is the result, the others are kept beside it');
  (result.otherValues ??= []).push(value);
}

function takeRarePart(r: Reading, c: number, result: Result): void {
  switch (keyOf(r.tape, c)) {
    case V.id: {
      const id = result.id ?? readIdentifier(r, c);
      if (id) result.id = id;
      break;
    }
    case V.text: {
      const { text } = said(r, c);
      if (text !== undefined) result.narrative = text;
      break;
    }
    case V.specimen:
      result.specimen = readSpecimenRole(r, c);
      break;
    case V.performer:
      result.performer = readParticipant(r, c, child(r.tape, c, V.assignedEntity));
      break;
    case V.participant:
      takeParticipant(r, c, result);
      break;
    case V.entryRelationship:
      takeRelationship(r, c, result);
      break;
    case V.author:
      (result.authors ??= []).push(readParticipant(r, c, child(r.tape, c, V.assignedAuthor)));
      break;
    default:
  }
}

function takeParticipant(r: Reading, c: number, result: Result): void {
  const type = attr(r, c, V.typeCode) ?? '';
  const participant = readParticipant(r, c, child(r.tape, c, V.participantRole));
  if (type === 'AUTHEN') (result.validators ??= []).push(participant);
  else if (type === 'DEV' && !result.device) result.device = participant;
  else (result.participants ??= []).push({ type, ...participant });
}

function takeRelationship(r: Reading, n: number, result: Result): void {
  const type = attr(r, n, V.typeCode);
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const key = keyOf(r.tape, c);
    if (key === V.act) takeComment(r, c, result);
    else if (key === V.observation && type === 'REFR') (result.previous ??= []).push(readPrevious(r, c, result));
    else if (key === V.observationMedia) (result.media ??= []).push(readImage(r, c));
    else warn(r, 'entry.unread', c, 'this element hangs on a result in a way that the model does not know: it stays in the original');
  }
}

function readPrevious(r: Reading, n: number, of: Result): PreviousResult {
  const { code, status, at, value, interpretations, reference, method, comments } = readResult(r, n, of);
  if (reference || method || comments)
    warn(r, 'entry.unread', n, 'the interval, the method or the comment of a previous result is not read: it stays in the original');
  return { code, status, at: at ?? '', ...(value && { value }), ...(interpretations && { interpretations }) };
}
