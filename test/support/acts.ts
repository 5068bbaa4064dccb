import type { FastifyInstance } from 'fastify';
import { vi } from 'vitest';
import { endCareLink, type Principal, registerLinks } from '../../src/access/index.ts';
import { registerSenders, registerStructures } from '../../src/directory/index.ts';
import { writeCda, writeClinicalDocument, writeDischargeLetter } from '../../src/formats/index.ts';
import { mergePatients, splitPatient } from '../../src/identity/index.ts';
import { dischargeLetter } from './discharge-letter.ts';
import { HOSPITAL, letterOf } from './letters.ts';
import { PEOPLE } from './people.ts';
import { JEANNE, LABORATORY, MARIE, OTHER_LABORATORY, quantity, reportOf } from './reports.ts';
import type { smartRegion } from './smart-region.ts';

/** What happens to a record between two readings of it, on one of the servers of the region: what comes, what is hidden, who may read. */

const SECRET = 'a-secret-of-the-tests-only';
const HIV = quantity('99991-1', 'Sérologie VIH 1 et 2', '1', '{index}');
const LEIDEN = quantity('99992-2', 'Mutation facteur V Leiden', '1', '1');
const SODIUM = quantity('2951-2', 'Sodium', '140', 'mmol/L');
const PSYCHIATRY = { code: '68599-0', display: 'Synthèse psychiatrique' };

interface Came {
  documentId: string;
  patientId: string;
  n: number;
  set: number;
  version: number;
  kind: 'report' | 'letter';
  laboratory: typeof LABORATORY;
}

export type Act = (app: FastifyInstance) => Promise<void>;

/** @param random from 0 to 1, drawn */
export function actsOfRegion(
  { server, patients }: ReturnType<typeof smartRegion>,
  random: () => number,
): { open: () => Promise<void>; acts: Record<string, Act> } {
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const came: Came[] = [];
  const hidden = new Map<string, 'MASQUE_PS' | 'INVISIBLE_PATIENT'>();
  const archived: string[] = [];
  let last = 100;
  let isMerged = false;

  async function deposit(app: FastifyInstance, payload: string, one: Omit<Came, 'documentId' | 'patientId'>): Promise<void> {
    const authorization = `Bearer ${await server.tokenOf('all', SECRET)}`;
    const headers = { authorization, 'content-type': 'application/xml' };
    const answer = await app.inject({ method: 'POST', url: '/api/deposits', headers, payload });
    if (answer.statusCode !== 201) throw new Error(`not filed: ${answer.body}`);
    const { documentId } = answer.json() as { documentId: string };
    const [row] = await server.database.db.query<{ id: string }>(
      '',
      'select patient_id as id from record.document where document_id = $1',
      [documentId],
    );
    came.push({ documentId, patientId: row!.id, ...one });
  }
  const results = () => [
    quantity('2823-3', 'Potassium', (3 + random() * 3).toFixed(2), 'mmol/L'),
    ...oneOf([[], [SODIUM], [HIV], [LEIDEN, SODIUM]]),
  ];
  const newReport = (app: FastifyInstance, more: Partial<Parameters<typeof reportOf>[1]> = {}) => {
    const n = ++last;
    const laboratory = oneOf([LABORATORY, OTHER_LABORATORY]);
    const report = reportOf(n, { results: results(), laboratory, patient: oneOf([JEANNE, JEANNE, MARIE]), ...more });
    return deposit(app, writeCda(report), { n, set: n, version: 1, kind: 'report', laboratory });
  };
  const newLetter = (app: FastifyInstance, more: Parameters<typeof letterOf>[1] = {}) => {
    const n = ++last;
    return deposit(app, writeClinicalDocument(letterOf(n, more)), { n, set: n, version: 1, kind: 'letter', laboratory: LABORATORY });
  };
  const treatments = (app: FastifyInstance) => {
    const n = ++last;
    const { id, setId, authors, custodian, legalAuthenticator, patient } = letterOf(n);
    const { header, ...said } = dischargeLetter();
    const own = { ...header, id, setId: setId!, authors, custodian, patient, ...(legalAuthenticator && { legalAuthenticator }) };
    return deposit(app, writeDischargeLetter({ header: own, ...said }), { n, set: n, version: 1, kind: 'letter', laboratory: LABORATORY });
  };
  /** The next version of something, which may say that it replaces the one before, or not. */
  async function nextVersion(app: FastifyInstance, kind: Came['kind'], more: { set?: number; isRival?: boolean } = {}): Promise<void> {
    const before = more.set === undefined ? oneOf(came.filter((one) => one.kind === kind)) : came.find(({ set }) => set === more.set)!;
    const newest = came.filter(({ set, kind: same }) => same === kind && set === before.set).at(-1)!;
    const n = ++last;
    const version = newest.version + (more.isRival ? 0 : 1);
    const replaces = more.isRival ? [] : [newest.n];
    const patient = newest.patientId === patients.marie ? MARIE : JEANNE;
    const about = { set: newest.set, version, replaces, patient };
    const payload =
      kind === 'report'
        ? writeCda(reportOf(n, { ...about, laboratory: newest.laboratory, results: results() }))
        : writeClinicalDocument(letterOf(n, { ...about, replaces: [newest.n] }));
    await deposit(app, payload, { n, set: newest.set, version, kind, laboratory: newest.laboratory });
  }

  const as = (patientId: string): Principal => ({ id: `patient:${patientId}`, name: 'Jeanne ESSAI', role: 'patient', patientId });
  async function post(app: FastifyInstance, who: Principal, path: string, payload: object): Promise<number> {
    const headers = await server.as(who);
    return (await app.inject({ method: 'POST', url: `/api/patients/${path}`, headers, payload })).statusCode;
  }
  async function hide(app: FastifyInstance, mask: 'MASQUE_PS' | 'INVISIBLE_PATIENT'): Promise<void> {
    const one = oneOf(came.filter(({ documentId, patientId }) => !hidden.has(documentId) && patientId === patients.jeanne));
    const who = mask === 'MASQUE_PS' ? as(one.patientId) : PEOPLE.gp;
    const dueAt = mask === 'INVISIBLE_PATIENT' ? { dueAt: new Date(Date.now() + 86_400_000).toISOString() } : {};
    const path = `${one.patientId}/documents/${one.documentId}/visibility`;
    if ((await post(app, who, path, { act: 'hide', mask, ...dueAt })) === 204) hidden.set(one.documentId, mask);
  }
  async function show(app: FastifyInstance): Promise<void> {
    const [found] = [...hidden];
    if (!found) return;
    const [documentId, mask] = found;
    const who = mask === 'MASQUE_PS' ? as(patients.jeanne) : PEOPLE.gp;
    if ((await post(app, who, `${patients.jeanne}/documents/${documentId}/visibility`, { act: 'show', mask })) === 204)
      hidden.delete(documentId);
  }
  async function status(app: FastifyInstance, act: 'archive' | 'delete' | 'restore'): Promise<void> {
    const documentId = act === 'restore' ? archived.pop() : oneOf(came.filter(({ kind }) => kind === 'letter')).documentId;
    if (documentId === undefined) return;
    const done = await post(app, PEOPLE.specialist, `${patients.jeanne}/documents/${documentId}/status`, { act, reason: 'essai' });
    if (done === 204 && act !== 'restore') archived.push(documentId);
  }
  const links = (holder: Principal, more: { until?: Date } = {}) =>
    registerLinks(
      server.database.db,
      [patients.jeanne, patients.marie].map((patientId) => ({
        patientId,
        holder: { person: holder.id },
        kind: 'care-team' as const,
        since: new Date(),
        ...more,
      })),
      'test',
    );
  const linkEnds = async (holder: string) => {
    for (const patientId of [patients.jeanne, patients.marie])
      await endCareLink(server.database.db, { patientId, holder, now: new Date(), endedBy: 'test' });
  };
  const decide = async (app: FastifyInstance, decision: object) => {
    for (const patientId of [patients.jeanne, patients.marie]) await post(app, as(patientId), `${patientId}/sharing`, decision);
  };
  const merging = () => ({ patientId: patients.marie, who: { id: 'staff:1', name: 'Max' }, reason: 'one person', now: new Date() });

  const query = async (text: string, documentId: string) => void (await server.database.db.query('', text, [documentId, new Date()]));
  /** One code or the other: texts of one length. */
  const readAgain = () =>
    query(
      `insert into record.renormalised (patient_id, document_id, made_at, rules, results)
       select patient_id, document_id, $2, 'test', ${random() < 0.5 ? 'results' : `replace(results, '"2823-3"', '"6298-4"')`}
       from record.document where document_id = $1`,
      came[0]!.documentId,
    );

  const acts: Record<string, Act> = {
    'a report comes': (app) => newReport(app),
    'a report of a test for HIV alone comes': (app) => newReport(app, { results: [HIV] }),
    'a report of the other person comes': (app) => newReport(app, { patient: MARIE }),
    'a report is corrected': (app) => nextVersion(app, 'report'),
    'a letter comes': (app) => newLetter(app),
    'a letter of psychiatry comes': (app) => newLetter(app, { type: PSYCHIATRY }),
    'a letter with treatments comes': treatments,
    'a letter is replaced': (app) => nextVersion(app, 'letter'),
    'the patient hides a document from professionals': (app) => hide(app, 'MASQUE_PS'),
    'the doctor hides a document from the patient': (app) => hide(app, 'INVISIBLE_PATIENT'),
    'a document is shown again': show,
    'a letter is archived': (app) => status(app, 'archive'),
    'a letter is withdrawn': (app) => status(app, 'delete'),
    'a letter is restored': (app) => status(app, 'restore'),
    'the link of the nurse ends': () => linkEnds(PEOPLE.nurse.id),
    'the nurse treats them, for a minute': () => links(PEOPLE.nurse, { until: new Date(Date.now() + 60_000) }),
    'the nurse treats them': () => links(PEOPLE.nurse),
    'two minutes pass': async () => void vi.setSystemTime(Date.now() + 120_000),
    'the patient shuts the doctor out': (app) => decide(app, { decision: 'block', holder: PEOPLE.gp.id }),
    'the patient lets the doctor in': (app) => decide(app, { decision: 'unblock', holder: PEOPLE.gp.id }),
    'the patient opposes reading': (app) => decide(app, { decision: 'close', closing: 'opposes-consultation' }),
    'the patient opposes no more': (app) => decide(app, { decision: 'reopen', closing: 'opposes-consultation' }),
    'the results are read by newer rules': readAgain,
    'the results are read by still newer rules': readAgain,
    'a report is contradicted': (app) => nextVersion(app, 'report', { set: came[0]!.set, isRival: true }),
    'a biologist decides which version is right': () =>
      query(
        `insert into record.version_choice (patient_id, document_id, chosen_by, chosen_at, reason)
         select patient_id, document_id, 'rpps:1', $2, 'essai' from record.document where document_id = $1 on conflict do nothing`,
        oneOf(came.filter(({ set }) => set === came[0]!.set)).documentId,
      ),
    'the two records are merged, or parted': async () => {
      const { db } = server.database;
      await db.transaction((tx) => (isMerged ? splitPatient(tx, merging()) : mergePatients(tx, { ...merging(), into: patients.jeanne })));
      isMerged = !isMerged;
    },
  };
  return {
    acts,
    /** What is there before anything happens: a sender of all, and what the acts change. */
    async open() {
      const { db } = server.database;
      const places = [
        { ...HOSPITAL, kind: 'hospital' as const },
        { ...OTHER_LABORATORY, kind: 'laboratory' as const },
      ];
      await registerStructures(db, places);
      const structures = [HOSPITAL.finess, LABORATORY.finess, OTHER_LABORATORY.finess];
      const sender = { clientId: 'all', name: 'SIL', structures, formats: ['cda'], state: 'production' as const, secret: SECRET };
      await registerSenders(db, [{ ...sender, connectedSince: new Date() }], 'demo');
      await links(PEOPLE.nurse);
      await links(PEOPLE.specialist);
      await newReport(server.app, { patient: JEANNE });
      await newLetter(server.app);
    },
  };
}
