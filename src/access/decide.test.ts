import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PATIENT_ID, OTHER_PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { ACTIONS, type Action } from './actions.ts';
import { ROLES } from './contract.ts';
import { type ActiveLink, decide, type Question } from './decide.ts';
import { CATEGORIES, type Category, matrixCell, PROFESSIONS, readMatrix, RIGHTS_VERSION } from './matrix.ts';
import { ruleName } from './rule-names.ts';
import { RULES } from './rules.ts';

/*
 * The oracle: the rights told a second time, in another form, by hand. One letter a role:
 * . never   R by the role   C declares a consent   E declares an emergency   G regulation centre   L with a care link   T treating doctor
 * O own record, or of someone they represent   H own record only   D delegation   S own structure   X own structure or care link
 * V own structure, or designated by the region for it
 */
const ORACLE_ROLES =
  'gp specialist nurse pharmacist midwife dentist biologist secretary regulator identity-cell operator dpo patient laboratory-system'.split(
    ' ',
  );
const ORACLE: Record<Action, string> = {
  'patient.search': 'RRRRRRRRRR....',
  'patient.mine': 'RRRRRRRR......',
  'patient.open': 'LLLLLLLDGR..O.',
  'biology.read': 'LLLLLLL.G...O.',
  'biology.follow': 'LLLLLLL.G...O.',
  'biology.export': 'LLLLLLL.G...O.',
  'report.read': 'LLLLLLX.G...O.',
  'report.original': 'LLLLLLX.G...O.',
  'report.pdf': 'LLLLLLX.G...O.',
  'result.tell': 'LLLLLLX.......',
  'follow-up.read': 'LLLLLLL.G.....',
  'follow-up.note': 'LLLLLLX.......',
  'target.set': 'LL..L.........',
  'context.read': 'LLLLLLLDG...O.',
  'document.list': 'LLLLLLLDG...O.',
  'document.follow': 'LLLLLLLDG...O.',
  'document.read': 'LLLLLLXDG...O.',
  'document.pdf': 'LLLLLLXDG...O.',
  'document.original': 'LLLLLLXDG...O.',
  'document.search': 'LLLLLLLDG...O.',
  'document.mask': 'LL..L.X.....H.',
  'announcement.list': 'RR..R.R.......',
  'document.status': 'LLLLLLX.....H.',
  'record.software': 'LLLLLLLDG...O.',
  'software.open': 'LLLLLLLDG...O.',
  'software.authorise': 'RRRRRRRRRRRRR.',
  'subscription.ask': 'RRRRRRR.......',
  'directory.search': 'RRRRRRRR.RR.RR',
  'source.write': '.............R',
  'reading.tell': '.............R',
  'source.read': '.............R',
  'document.feed': 'RRRRRRRR....O.',
  'letter.read': 'LL..LL........',
  'letter.write': 'LL..LL........',
  'letter.sign': 'LL..LL........',
  'letter.count': 'SS..SS....R...',
  'mail.list': 'RRRRRRRR....O.',
  'mail.read': 'RRRRRRRR....O.',
  'mail.send': 'RRRRRRRR....O.',
  'mail.attach': 'LLLLLLL.......',
  'mail.tie': 'LLLLLLLD......',
  'mail.delegate': 'RRRRRRR.......',
  'accesses.read': 'TT..........H.',
  'audit.search': '...........R..',
  'audit.watch': '.........R.R..',
  'audit.archive': '..............',
  'rights.read': '...........R..',
  'care-link.declare': 'CCCCCCC.......',
  'break-glass.declare': 'EE............',
  'emergency.read': '............H.',
  'correction.seen': '............H.',
  'correction.mail': '..............',
  'emergency.letter': '...........R..',
  'emergency.mail': '..............',
  'announcement.remind': '..............',
  'record.act': '..............',
  'sharing.read': '............H.',
  'sharing.decide': '............H.',
  'care-link.end': 'LLLLLLL.....H.',
  'identity.read': '.........R....',
  'identity.decide': '.........R....',
  'versions.read': '......S.......',
  'versions.decide': '......S.......',
  'mapping.read': '......V.......',
  'mapping.propose': '......S.......',
  'mapping.validate': '......V.......',
  'mapping.designate': '..........R...',
  'coding.read': '..........R...',
  'quarantine.list': '......S...R..S',
  'quarantine.read': '......S......S',
  'exchange.follow': '......S...R..S',
  'exchange.mail': '......S......S',
  'exchange.replay': '......S...R...',
  'exchange.recall': '......S.......',
  'inbox.read': 'RRRRRRR.R.....',
  'inbox.answer': 'RRRRRRR.R.....',
  'inbox.expect': 'LL..LL........',
  'critical.follow': '......S.......',
  'exchange.preview': '......S......S',
  'rules.read': '..........R...',
  'rules.write': '..........R...',
  'senders.write': '..........R...',
  'region.read': '..........R...',
  'deposit.send': '.............S',
  'deposit.withdraw': '.............S',
  'deposit.receipt': '.............S',
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

const column = (role: string) => (['gp', 'specialist', 'regulator'].includes(role) ? 'doctor' : role);

function oracleOpens(action: Action, role: string, category: Category | undefined): boolean {
  if (action === 'document.feed') return !!category && (FEED_DIFFERS[category] ?? READERS[category]).split(' ').includes(column(role));
  return true;
}

interface Facts {
  links: ActiveLink[];
  /** What opens by a care link, when an emergency link counts and when it does not, for a biologist and for others. */
  byLink: (role: string, isEmergencyShut: boolean) => string | false;
  isTreating: boolean;
  isDelegated: boolean;
  represents: boolean;
}

function factsOf(links: ActiveLink[]): Facts {
  const has = (kind: string, ...of: string[]) => links.some((link) => link.kind === kind && of.includes(link.of));
  const strongest = has('treating-doctor', 'person')
    ? 'treating-doctor'
    : has('care-team', 'person', 'structure')
      ? 'care-team'
      : has('consent', 'person') && 'consent';
  const [emergency, laboratory] = [has('break-glass', 'person'), has('producer', 'structure')];
  return {
    links,
    byLink: (role, isEmergencyShut) =>
      strongest || (emergency && !isEmergencyShut && 'break-glass') || (laboratory && role === 'biologist' && 'producer'),
    isTreating: has('treating-doctor', 'person'),
    isDelegated: ['treating-doctor', 'care-team', 'consent'].some((kind) => has(kind, 'principal')),
    represents: has('representative', 'person'),
  };
}

const letterOf = ({ who, action }: Question) => ORACLE[action][ORACLE_ROLES.indexOf(who.role)]!;

/** The rule that should grant, or false. */
function oracleRule(question: Question, facts: Facts): string | false {
  const { who, action, refusesBreakGlass = false, isDeceased = false } = question;
  const letter = letterOf(question);
  const feeds = ['document.feed', 'deposit.send', 'letter.write', 'letter.sign'].includes(action);
  if (letter === '.' || (question.isBlocked && !feeds)) return false;
  if (!oracleOpens(action, who.role, question.category)) return false;
  if (feeds && (question.isClosed || (question.opposesFeeding && letter !== 'O'))) return false;
  const isShut = question.isClosed || question.opposesConsultation;
  const comesFromOwn = question.producer === '990000101' && (who.role === 'laboratory-system' || who.role === 'biologist');
  if ('SXV'.includes(letter) && comesFromOwn) return 'own-structure';
  if (letter === 'V') return question.isDesignated === true && 'designated';
  if ('CEGLTDX'.includes(letter) && isShut && !feeds) return false;
  if ('CEGOH'.includes(letter) && isDeceased && !feeds) return false;
  if (letter === 'R') return 'role';
  if (letter === 'C') return 'declares-consent';
  if (letter === 'E') return !refusesBreakGlass && 'declares-break-glass';
  if (letter === 'G') return !question.refusesRegulation && 'regulation';
  if (letter === 'T') return facts.isTreating && 'treating-doctor';
  if (letter === 'H') return question.patientId === PATIENT_ID && 'own-record';
  if (letter === 'O') return question.patientId === PATIENT_ID ? 'own-record' : facts.represents && 'representative';
  if (letter === 'D') return facts.isDelegated && 'delegated';
  return letter !== 'S' && facts.byLink(who.role, refusesBreakGlass || isDeceased);
}

const since = '2026-01-05T09:00:00.000Z';
const LINKS: ActiveLink[] = [
  { kind: 'representative', of: 'person', since },
  { kind: 'producer', of: 'structure', since },
  { kind: 'break-glass', of: 'person', since },
  { kind: 'consent', of: 'principal', since },
  { kind: 'consent', of: 'person', since },
  { kind: 'care-team', of: 'principal', since },
  { kind: 'care-team', of: 'structure', since },
  { kind: 'care-team', of: 'person', since },
  { kind: 'treating-doctor', of: 'principal', since },
  { kind: 'treating-doctor', of: 'person', since },
];
const EVERY_SET = Array.from({ length: 2 ** LINKS.length }, (_, bits) => factsOf(LINKS.filter((_link, n) => (bits >> n) & 1)));
/** Of the letters of the oracle, those that a link opens: they are asked with every set of links, the others with few. */
const NEEDS_A_LINK: ReadonlySet<string> = new Set('LTODX');
const FEW_SETS = [[], LINKS, ...LINKS.map((link) => [link])].map(factsOf);
/** No right looks at a clock: every set of links is asked for in one time zone, the few in the others. */
const isExhaustive = process.env.TZ === 'UTC';
const PATIENTS = [PATIENT_ID, OTHER_PATIENT_ID, undefined];
const PRODUCERS = ['990000101', '990000999', undefined];
const CHOICES = [
  'isBlocked',
  'refusesBreakGlass',
  'refusesRegulation',
  'opposesConsultation',
  'opposesFeeding',
  'isClosed',
  'isDeceased',
] as const;

/** Every question but its links. */
function* everyAsking(): Generator<Question> {
  for (const role of ROLES) {
    for (const action of Object.keys(ACTIONS) as Action[]) {
      const categories = action === 'document.feed' ? [...CATEGORIES, undefined] : [undefined];
      for (const category of categories) {
        for (const patientId of PATIENTS) {
          for (const producer of PRODUCERS) {
            const base: Question = { who: PEOPLE[role], action, links: [] };
            yield { ...base, ...(category && { category }), ...(patientId && { patientId }), ...(producer && { producer }) };
          }
        }
      }
    }
  }
}

/**
 * Asks every question with each of these sets of links and every combination of these choices; where the role has no right, with few of both: no link, each,
 * all. @returns what was decided otherwise than told
 */
function askEverything(
  setsFor: (letter: string) => readonly Facts[],
  choices: readonly ((typeof CHOICES)[number] | 'isDesignated')[],
): { asked: number; wrong: unknown[] } {
  const everyCombination = Array.from({ length: 2 ** choices.length }, (_, chosen) => chosen);
  const fewCombinations = everyCombination.filter((chosen) => (chosen & (chosen - 1)) === 0 || chosen === everyCombination.length - 1);
  let asked = 0;
  const wrong: unknown[] = [];
  for (const asking of everyAsking()) {
    const { who, action, category } = asking;
    const letter = letterOf(asking);
    const sets = setsFor(letter);
    for (const chosen of letter === '.' ? fewCombinations : everyCombination) {
      // One object for many: making millions of them would take longer than asking.
      const question: Question = { ...asking, ...Object.fromEntries(choices.map((choice, n) => [choice, ((chosen >> n) & 1) === 1])) };
      for (const facts of sets) {
        asked += 1;
        question.links = facts.links;
        const { allowed, rule } = decide(question);
        const expected = oracleRule(question, facts);
        const isRight = expected === false ? !allowed && !RULES[rule].allows : allowed && rule === expected;
        if (!isRight && wrong.length < 5) wrong.push({ role: who.role, action, category, links: facts.links, chosen, rule, expected });
      }
    }
  }
  return { asked, wrong };
}

test('every question, of every role, action, category and set of links, is decided as the table of rights says', () => {
  const everySet = (letter: string) => (isExhaustive && NEEDS_A_LINK.has(letter) ? EVERY_SET : FEW_SETS);
  const { asked, wrong } = askEverything(everySet, ['isBlocked', 'refusesBreakGlass']);
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(isExhaustive ? 9_000_000 : 100_000);
}, 90_000);

test('every combination of what a patient closes is obeyed, whatever the role, the action and the link', () => {
  const fewSets = (letter: string) => (isExhaustive && NEEDS_A_LINK.has(letter) ? FEW_SETS : FEW_SETS.slice(0, 2));
  const { asked, wrong } = askEverything(fewSets, CHOICES);
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(isExhaustive ? 2_000_000 : 500_000);
}, 90_000);

test('a designation by the region opens the codes of that laboratory to a biologist, and no record to anyone', () => {
  const { asked, wrong } = askEverything(() => FEW_SETS, ['isDesignated']);
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(50_000);
  const designated = { action: 'mapping.validate', links: [], producer: '990000999', isDesignated: true } as const;
  expect(decide({ ...designated, who: PEOPLE.biologist })).toMatchObject({ allowed: true, rule: 'designated' });
  expect(decide({ ...designated, who: PEOPLE.gp }).allowed).toBe(false);
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
      mode: 'normal',
      link: { kind: 'treating-doctor', since },
    });
  });

  test('tells an emergency apart from everything else', () => {
    expect(gpOpens([{ kind: 'break-glass', of: 'person', since }])).toMatchObject({
      allowed: true,
      rule: 'break-glass',
      mode: 'break-glass',
    });
  });

  test('refuses a role or an action that nobody wrote', () => {
    const asPerson = (role: string) => decide({ who: { ...PEOPLE.gp, role: role as 'gp' }, action: 'patient.search', links: [] });
    expect(asPerson('occupational-doctor').allowed).toBe(false);
    expect(asPerson('constructor').allowed).toBe(false);
  });

  test('lets no link open a record to an operator or to the identity cell beyond identities', () => {
    for (const role of ['operator', 'identity-cell', 'dpo'] as const) {
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

  test.each([
    ['without a version', (text: string) => text.replace('version', 'edition')],
    ['with a column too few', (text: string) => text.replace('\tpatient', '')],
    ['with an unknown letter', (text: string) => text.replace('Yy', 'Xy')],
    ['with an unknown category', (text: string) => text.replace('psychiatry', 'astrology')],
    ['without a category', (text: string) => text.replace(/^psychiatry.*\n/m, '')],
    ['with a category twice', (text: string) => text.replace(/^(psychiatry.*\n)/m, '$1$1')],
  ])('%s stops the start', (_what, spoil) => {
    const text = readFileSync('src/access/matrix.tsv', 'utf8');
    expect(readMatrix(text).version).toBe(RIGHTS_VERSION);
    expect(() => readMatrix(spoil(text))).toThrow('matrix of rights');
  });

  test('opens nothing to professions whose column is not in effect', () => {
    expect(matrixCell('hospital-report', 'care-coordinator')).toBeUndefined();
  });
});

test('every rule says itself in French and English, to the reader and to the patient', () => {
  const silent = Object.entries(RULES).filter(([id, { reader, patient }]) =>
    [reader.fr, reader.en, patient.fr, patient.en, ruleName(id, 'fr'), ruleName(id, 'en')].some((words: string) => words.length < 10),
  );
  expect(silent).toEqual([]);
});
