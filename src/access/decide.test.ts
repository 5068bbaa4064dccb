import { describe, expect, test } from 'vitest';
import { PATIENT_ID, OTHER_PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { ACTIONS, type Action } from './actions.ts';
import { ROLES } from './contract.ts';
import { type ActiveLink, decide, type Question } from './decide.ts';
import { CATEGORIES, type Category, matrixCell, PROFESSIONS } from './matrix.ts';
import { RULES } from './rules.ts';

/*
 * The oracle: the rights told a second time, in another form, by hand. One letter a role:
 * . never   R by the role   L with a care link   T treating doctor   O own record   D delegation   S own structure   X own structure or care link
 */
const ORACLE_ROLES =
  'gp specialist nurse pharmacist midwife dentist biologist secretary identity-cell operator patient laboratory-system'.split(' ');
const ORACLE: Record<Action, string> = {
  'patient.search': 'RRRRRRRRR...',
  'patient.mine': 'RRRRRRRR....',
  'patient.open': 'LLLLLLLDR.O.',
  'biology.read': 'LLLLLLL...O.',
  'biology.follow': 'LLLLLLL...O.',
  'report.read': 'LLLLLLX...O.',
  'report.original': 'LLLLLLX...O.',
  'report.pdf': 'LLLLLLX...O.',
  'document.read': 'LLLLLLLD..O.',
  'document.feed': 'RRRRRRRR..O.',
  'accesses.read': 'TT........O.',
  'care-link.declare': 'RRRRRRR.....',
  'care-link.end': 'LLLLLLL...O.',
  'identity.read': '........R...',
  'identity.decide': '........R...',
  'quarantine.list': '......S..R.S',
  'quarantine.read': '......S....S',
  'region.read': '.........R..',
  'deposit.send': '...........S',
  'deposit.receipt': '...........S',
};

const ALL = 'doctor nurse pharmacist midwife dentist biologist';
/** Who reads each category; the patient reads everything of theirs. */
const READERS: Record<Category, string> = {
  'biology-report': ALL,
  'hospital-report': ALL,
  'social-discharge': 'doctor nurse pharmacist midwife',
  'delivery-report': 'doctor nurse midwife',
  'medical-summary': ALL,
  psychiatry: 'doctor',
  imaging: 'doctor nurse midwife dentist',
  prescription: ALL,
  dispensation: 'doctor nurse pharmacist midwife dentist',
  'care-plan': 'doctor nurse pharmacist midwife dentist',
  'resident-project': 'doctor nurse pharmacist',
  'treatment-given': 'doctor nurse pharmacist midwife dentist',
  certificate: 'doctor midwife',
  'telemedicine-request': 'doctor midwife',
  reimbursement: 'doctor nurse pharmacist midwife dentist',
  'advance-directives': 'doctor nurse pharmacist midwife',
  administrative: '',
  transfusion: 'doctor nurse midwife biologist',
  'cancer-meeting': 'doctor nurse pharmacist dentist',
};
/** Who feeds: those who read, but for these differences. */
const FEED_DIFFERS: Partial<Record<Category, string>> = {
  'hospital-report': `${ALL} secretary`,
  'social-discharge': 'doctor nurse pharmacist midwife secretary',
  'delivery-report': 'doctor nurse midwife secretary',
  imaging: 'doctor nurse midwife dentist secretary',
  reimbursement: '',
  'advance-directives': 'doctor nurse pharmacist midwife patient',
  administrative: 'patient',
  'cancer-meeting': 'doctor nurse pharmacist dentist secretary',
};

const column = (role: string) => (role === 'gp' || role === 'specialist' ? 'doctor' : role);

function oracleOpens(action: Action, role: string, category: Category | undefined): boolean {
  if (action === 'document.read') return !!category && (role === 'patient' || READERS[category].split(' ').includes(column(role)));
  if (action === 'document.feed') return !!category && (FEED_DIFFERS[category] ?? READERS[category]).split(' ').includes(column(role));
  return true;
}

function oracleRule(question: Question): string | false {
  const { who, action, links } = question;
  const letter = ORACLE[action][ORACLE_ROLES.indexOf(who.role)]!;
  if (!oracleOpens(action, who.role, question.category)) return false;
  const has = (kind: string, of: string) => links.some((link) => link.kind === kind && link.of === of);
  const own = who.role === 'laboratory-system' ? ['990000101'] : 'organisation' in who ? [who.organisation?.finess] : [];
  const comesFromOwn = question.producer !== undefined && own.includes(question.producer);
  const byLink = has('treating-doctor', 'person')
    ? 'treating-doctor'
    : has('care-team', 'person') || has('care-team', 'structure')
      ? 'care-team'
      : has('consent', 'person')
        ? 'consent'
        : who.role === 'biologist' && has('producer', 'structure') && 'producer';
  if (letter === 'R') return action === 'care-link.declare' ? 'declares-consent' : 'role';
  if (letter === 'L') return byLink;
  if (letter === 'T') return has('treating-doctor', 'person') && 'treating-doctor';
  if (letter === 'O') return question.patientId === PATIENT_ID && 'own-record';
  if (letter === 'D') return ['treating-doctor', 'care-team', 'consent'].some((kind) => has(kind, 'principal')) && 'delegated';
  if (letter === 'S') return comesFromOwn && 'own-structure';
  if (letter === 'X') return comesFromOwn ? 'own-structure' : byLink;
  return false;
}

const since = '2026-01-05T09:00:00.000Z';
const LINKS: ActiveLink[] = [
  { kind: 'producer', of: 'structure', since },
  { kind: 'consent', of: 'principal', since },
  { kind: 'consent', of: 'person', since },
  { kind: 'care-team', of: 'principal', since },
  { kind: 'care-team', of: 'structure', since },
  { kind: 'care-team', of: 'person', since },
  { kind: 'treating-doctor', of: 'principal', since },
  { kind: 'treating-doctor', of: 'person', since },
];
const LINK_SETS = Array.from({ length: 2 ** LINKS.length }, (_, bits) => LINKS.filter((_link, n) => (bits >> n) & 1));

function* everyQuestion(): Generator<Question> {
  for (const role of ROLES) {
    for (const action of Object.keys(ACTIONS) as Action[]) {
      const categories = action.startsWith('document.') ? [...CATEGORIES, undefined] : [undefined];
      for (const category of categories) {
        for (const patientId of [PATIENT_ID, OTHER_PATIENT_ID, undefined]) {
          for (const producer of ['990000101', '990000999', undefined]) {
            for (const links of LINK_SETS) {
              const base: Question = { who: PEOPLE[role], action, links };
              yield { ...base, ...(category && { category }), ...(patientId && { patientId }), ...(producer && { producer }) };
            }
          }
        }
      }
    }
  }
}

test('every question, of every role, action, category and set of links, is decided as the table of rights says', () => {
  let asked = 0;
  const wrong: unknown[] = [];
  for (const question of everyQuestion()) {
    asked += 1;
    const { allowed, rule } = decide(question);
    const expected = oracleRule(question);
    const isRight = expected === false ? !allowed && !RULES[rule].allows : allowed && rule === expected;
    if (!isRight && wrong.length < 5) wrong.push({ role: question.who.role, ...question, who: undefined, got: rule, expected });
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(1_000_000);
});

describe('the decision', () => {
  const gpOpens = (links: ActiveLink[]) => decide({ who: PEOPLE.gp, action: 'biology.read', patientId: PATIENT_ID, links });

  test('opens nothing to a doctor without a link with the patient', () => {
    expect(gpOpens([])).toMatchObject({ allowed: false, rule: 'no-care-link' });
  });

  test('tells the treating doctor why the record is open, and since when', () => {
    expect(gpOpens([{ kind: 'treating-doctor', of: 'person', since }])).toEqual({
      allowed: true,
      rule: 'treating-doctor',
      because: { fr: 'Vous êtes son médecin traitant', en: 'You are the treating doctor' },
      link: { kind: 'treating-doctor', since },
    });
  });

  test('refuses a role or an action that nobody wrote', () => {
    const asPerson = (role: string) => decide({ who: { ...PEOPLE.gp, role: role as 'gp' }, action: 'patient.search', links: [] });
    expect(asPerson('occupational-doctor').allowed).toBe(false);
    expect(asPerson('constructor').allowed).toBe(false);
  });

  test('lets no link open a record to an operator or to the identity cell beyond identities', () => {
    for (const role of ['operator', 'identity-cell'] as const) {
      const decision = decide({ who: PEOPLE[role], action: 'biology.read', patientId: PATIENT_ID, links: LINKS });
      expect(decision).toMatchObject({ allowed: false, rule: 'no-clinical-data' });
    }
  });
});

describe('the matrix', () => {
  test('has a cell for each category and each profession in effect', () => {
    const missing = CATEGORIES.flatMap((category) =>
      PROFESSIONS.filter((profession) => !matrixCell(category, profession)).map((profession) => `${category} ${profession}`),
    );
    expect(missing.every((cell) => /social-worker|care-coordinator/.test(cell))).toBe(true);
  });

  test('keeps the published refusals: no psychiatry for nurses, no advance directives for dentists, no delivery report for podiatrists', () => {
    expect(matrixCell('psychiatry', 'nurse')).toMatchObject({ read: false, readSourced: true });
    expect(matrixCell('advance-directives', 'dentist')).toMatchObject({ read: false, readSourced: true });
    expect(matrixCell('delivery-report', 'podiatrist')).toMatchObject({ read: false, readSourced: true });
    expect(matrixCell('administrative', 'doctor')).toMatchObject({ read: false, readSourced: true });
  });

  test('says which cells are our own default', () => {
    expect(matrixCell('biology-report', 'doctor')!.readSourced).toBe(true);
    expect(matrixCell('biology-report', 'pharmacist')!.readSourced).toBe(false);
  });

  test('opens nothing to professions whose column is not in effect', () => {
    expect(matrixCell('hospital-report', 'care-coordinator')).toBeUndefined();
  });
});

test('every rule says itself in French and English, to the reader and to the patient', () => {
  const silent = Object.entries(RULES).filter(([, { reader, patient }]) =>
    [reader.fr, reader.en, patient.fr, patient.en].some((words: string) => words.length < 10),
  );
  expect(silent).toEqual([]);
});
