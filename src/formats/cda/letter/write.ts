import type { ClinicalDocument } from '../../clinical-document.ts';
import {
  type DischargeLetter,
  type LetterAllergy,
  type LetterDevice,
  type LetterHeader,
  type LetterPlan,
  type LetterTreatment,
  refuseIncomplete,
} from '../../discharge-letter.ts';
import type { Coded, Identifier } from '../../lab-report.ts';
import { writeClinicalDocument } from '../document/write.ts';
import { uuidsOf } from '../write.ts';
import { HOSPITALISATION, LETTER_CODE, LETTER_TEMPLATES, LETTER_TITLE } from './codes.ts';
import { tidy } from './narrative.ts';
import { sectionsOf } from './sections.ts';

/**
 * Writes a discharge letter as CDA (LDL-SES 2022.01), level 3: every heading with its narrative and its entries.
 *
 * `letterOf(readClinicalDocument(writeDischargeLetter(x)))` is `preparedLetter(x)`. Deterministic: the same letter gives the same bytes.
 * @throws Refusal `letter.incomplete` when a mandatory heading is missing, each named
 */
export const writeDischargeLetter = (letter: DischargeLetter): string => writeClinicalDocument(letterDocument(letter));

/** The document of a letter, before it is written. */
export function letterDocument(given: DischargeLetter): ClinicalDocument {
  const letter = preparedLetter(given);
  const nextUuid = uuidsOf(letter.header, 'letter');
  return {
    format: 'cda-n3',
    kind: 'discharge-letter',
    templates: LETTER_TEMPLATES,
    modelVersion: '2022.01',
    ...letter.header,
    code: LETTER_CODE,
    title: LETTER_TITLE,
    sections: sectionsOf(letter, () => ({ root: nextUuid() })),
    warnings: [],
  };
}

/**
 * The letter as it is written: words tidied, every item identified, the act documented said to be the stay when it says nothing.
 * @throws Refusal `letter.incomplete`
 */
export function preparedLetter(letter: DischargeLetter): DischargeLetter {
  refuseIncomplete(letter);
  const nextUuid = uuidsOf(letter.header, 'item');
  const newId = (): Identifier => ({ root: nextUuid() });
  const { resistantGerms, transfusion, bloodDerivatives, results, stayTreatments, devices, allergies } = letter;
  return {
    header: preparedHeader(letter.header),
    isApproved: letter.isApproved,
    reason: tidy(letter.reason),
    admission: letter.admission,
    discharge: letter.discharge,
    synthesis: tidy(letter.synthesis),
    adverseEvents: tidy(letter.adverseEvents),
    resistantGerms: { isSearched: resistantGerms.isSearched, ...tidied('found', resistantGerms.found) },
    transfusion: { isGiven: transfusion.isGiven, ...tidied('accidents', transfusion.accidents) },
    bloodDerivatives: { isGiven: bloodDerivatives.isGiven, ...tidied('adverseEvents', bloodDerivatives.adverseEvents) },
    ...(stayTreatments && stayTreatments.length > 0 && { stayTreatments: stayTreatments.map((each) => prepareTreatment(each, newId)) }),
    dischargeTreatments: letter.dischargeTreatments.map((each) => prepareTreatment(each, newId)),
    ...tidied('results', results),
    plan: letter.plan.map(
      (each): LetterPlan => ({ ...each, id: each.id ?? newId(), words: tidy(each.words), ...coded('code', each.code) }),
    ),
    ...(devices && devices.length > 0 && { devices: devices.map(prepareDevice) }),
    ...(allergies && { allergies: allergies.map((each) => prepareAllergy(each, newId)) }),
  };
}

function preparedHeader(header: LetterHeader): LetterHeader {
  const { start, end } = header.encounter ?? {};
  const stay = { code: HOSPITALISATION, ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
  return {
    ...header,
    realm: 'FR',
    language: header.language ?? 'fr-FR',
    setId: header.setId ?? header.id,
    events: header.events.length > 0 ? header.events : [stay],
  };
}

/** Optional words: none rather than blank ones. */
function tidied<K extends string>(key: K, words: string | undefined): { [P in K]?: string } {
  const text = words === undefined ? '' : tidy(words);
  return text === '' ? {} : ({ [key]: text } as { [P in K]?: string });
}

/** The words of a code are those of its item. */
function coded<K extends string>(key: K, code: Coded | undefined): { [P in K]?: Coded } {
  if (!code) return {};
  const { originalText: _, ref: __, ...rest } = code;
  return { [key]: rest } as { [P in K]?: Coded };
}

function prepareTreatment(given: LetterTreatment, newId: () => Identifier): LetterTreatment {
  const { instructions, reason, product, route, ...rest } = given;
  return {
    ...rest,
    id: given.id ?? newId(),
    name: tidy(given.name),
    ...coded('product', product),
    ...coded('route', route),
    ...tidied('instructions', instructions),
    ...tidied('reason', reason),
  };
}

const prepareDevice = (given: LetterDevice): LetterDevice => ({ ...given, words: tidy(given.words), ...withCode(given.code) });

const withCode = (code: Coded): { code: Coded } => {
  const { originalText: _, ref: __, ...rest } = code;
  return { code: rest };
};

function prepareAllergy(given: LetterAllergy, newId: () => Identifier): LetterAllergy {
  const { code: kind } = withCode(given.kind);
  return { ...given, id: given.id ?? newId(), kind, words: tidy(given.words), ...coded('agent', given.agent) };
}
