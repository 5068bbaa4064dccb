import type { Relation, Statement } from '../../clinical-document.ts';
import type { LetterAllergy, LetterDevice, LetterPlan, LetterTreatment } from '../../discharge-letter.ts';
import type { Coded, Hl7Time, Identifier, ResultValue } from '../../lab-report.ts';
import {
  ALLERGY,
  AMBULATORY,
  COMMENT,
  COMMENT_CODE,
  CONCERN,
  DEVICE,
  DRUG,
  FOLLOW_UP,
  INSTRUCTIONS,
  PLANNED,
  PRODUCT,
  SIMPLE_OBSERVATION,
  templates,
  TO_PATIENT,
  TREATMENT,
} from './codes.ts';

/** Entries of the letter, pointing to the element of the narrative that says the same. */

const bare = (
  kind: Statement['kind'],
  classCode: string,
  mood: string,
): Pick<Statement, 'kind' | 'classCode' | 'mood' | 'times' | 'relations'> => ({
  kind,
  classCode,
  mood,
  times: [],
  relations: [],
});

/** FR-Simple-Observation: one fact of the stay. */
export const observation = (
  id: Identifier,
  code: Coded,
  own: readonly string[],
  value: ResultValue,
  at: Hl7Time | undefined,
  text: { words: string; ref: string },
): Statement => ({
  ...bare('observation', 'OBS', 'EVN'),
  templates: templates(...SIMPLE_OBSERVATION, ...own),
  ids: [id],
  code,
  text,
  status: 'completed',
  times: [at === undefined ? { nullFlavor: 'UNK' } : { at }],
  values: [value],
});

const act = (kind: 'comment' | 'instruction', words: string, ref: string): Relation => ({
  type: 'SUBJ',
  isInverted: true,
  statement: {
    ...bare('act', 'ACT', kind === 'comment' ? 'EVN' : 'INT'),
    templates: kind === 'comment' ? COMMENT : INSTRUCTIONS,
    ids: [],
    code: kind === 'comment' ? COMMENT_CODE : TO_PATIENT,
    text: { words, ref },
    status: 'completed',
  },
});

/** FR-Traitement. The end of a treatment without one is said unknown. */
export function treatment(given: LetterTreatment, id: Identifier, ref: string): Statement {
  const { product, name, start, end, every, dose, route, maxDose, instructions, reason } = given;
  const period = {
    type: 'IVL_TS',
    ...(start === undefined ? { noStart: 'UNK' } : { start }),
    ...(end === undefined ? { noEnd: 'UNK' } : { end }),
  };
  const relations = [
    ...(instructions === undefined ? [] : [act('instruction', instructions, `${ref}-how`)]),
    ...(reason === undefined ? [] : [act('comment', reason, `${ref}-why`)]),
  ];
  return {
    ...bare('administration', 'SBADM', 'EVN'),
    templates: TREATMENT,
    ids: [id],
    code: DRUG,
    text: { words: name, ref },
    status: 'completed',
    times: [period, ...(every ? [{ type: 'PIVL_TS', operator: 'A', every }] : [])],
    ...(route && { route }),
    ...(dose && { dose }),
    ...(maxDose && { maxDose }),
    product: { templates: PRODUCT, code: { ...(product ?? { nullFlavor: 'UNK' }), originalText: name, ref }, name },
    relations,
  };
}

export function planned(given: LetterPlan, id: Identifier, ref: string): Statement {
  const { kind, code, words, at, priority } = given;
  const model = PLANNED[kind];
  const otherwise: Coded | undefined =
    kind === 'examination' ? FOLLOW_UP : kind === 'visit' ? AMBULATORY : { nullFlavor: 'UNK', originalText: words, ref };
  return {
    ...bare(model.kind, model.classCode, model.mood),
    templates: [...model.templates],
    ids: [id],
    code: code ?? otherwise,
    text: { words, ref },
    ...(kind === 'visit' ? {} : { status: 'active' }),
    times: [at === undefined ? { nullFlavor: 'UNK' } : { at }],
    ...(priority && { priority }),
    ...(kind === 'examination' && { values: [{ type: 'text', text: words } as const] }),
  };
}

export const device = ({ id, code, words, since }: LetterDevice, ref: string): Statement => ({
  ...bare('supply', 'SPLY', 'EVN'),
  templates: DEVICE,
  ids: [id],
  times: [{ type: 'IVL_TS', ...(since === undefined ? { noStart: 'UNK' } : { start: since }) }],
  participants: [{ type: 'DEV', templates: [], roleClass: 'MANU', ids: [], device: { code: { ...code, originalText: words, ref } } }],
});

/** An allergy in its concern (FR-Liste-des-allergies). */
export function allergy(
  { kind, agent, words, since }: LetterAllergy,
  ids: { concern: Identifier; own: Identifier },
  ref: string,
): Statement {
  const began = since === undefined ? { noStart: 'UNK' } : { start: since };
  return {
    ...bare('act', 'ACT', 'EVN'),
    templates: CONCERN,
    ids: [ids.concern],
    code: { nullFlavor: 'NA' },
    status: 'active',
    times: [began],
    relations: [
      {
        type: 'SUBJ',
        isInverted: false,
        statement: {
          ...bare('observation', 'OBS', 'EVN'),
          templates: ALLERGY,
          ids: [ids.own],
          code: kind,
          text: { words, ref },
          status: 'completed',
          times: [{ type: 'IVL_TS', ...began }],
          values: [{ type: 'coded', code: { originalText: words, ref } }],
          participants: [
            {
              type: 'CSM',
              templates: [],
              roleClass: 'MANU',
              ids: [],
              entity: { class: 'MMAT', code: agent ?? { nullFlavor: 'UNK' }, name: words },
            },
          ],
        },
      },
    ],
  };
}
