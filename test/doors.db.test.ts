import { beforeAll, describe, expect, test } from 'vitest';
import { registerLinks } from '../src/access/index.ts';
import { pdfOf } from '../src/formats/index.ts';
import { registerPatients } from '../src/identity/index.ts';
import { emptyContent } from '../src/letters/empty-content.ts';
import { letterOf } from './support/letters.ts';
import { PATIENT_ID, PEOPLE } from './support/people.ts';
import { testServer } from './support/server.ts';

const server = testServer();
const PDF = Buffer.from((await pdfOf(letterOf(1), 'Europe/Paris')).bytes).toString('base64');
const CERTIFICATE = { type: 'CERT_DECL', title: 'Certificat', day: '2026-11-20' };
const DOCUMENT_ID = '0190a000-0000-7000-8000-00000000000d';

beforeAll(async () => {
  const names = { birthFamily: 'ESSAI', birthGivens: 'JEANNE', firstBirthGiven: 'JEANNE' };
  const traits = { ...names, sex: 'F' as const, birthDate: '1955-06-12' };
  await registerPatients(server.database.db, [{ patientId: PATIENT_ID, traits, status: 'validated' }], new Date());
});

/** An address of the route for the patient of the tests. */
function addressOf(url: string): string {
  return url
    .replace(':patientId', PATIENT_ID)
    .replace(/:(documentId|draftId)/, DOCUMENT_ID)
    .replace(/:(waitingId|depositId)/, DOCUMENT_ID)
    .replace(/documents\/search$/, 'documents/search?q=essai');
}

/** What the routes that change something are sent: a body that all of them take. */
function bodyOf(method: string, url: string) {
  if (method === 'PUT') return { payload: { content: emptyContent() } };
  if (method !== 'POST') return {};
  const kind = url.endsWith('/notes') ? 'seen' : 'split';
  const act = url.endsWith('/status') ? 'archive' : 'hide';
  if (url.endsWith('/documents'))
    return { payload: { filingId: DOCUMENT_ID, mediaType: 'application/pdf', file: PDF, about: CERTIFICATE } };
  return { payload: { kind, reason: 'an invented reason', act, mask: 'MASQUE_PS', row: 'potassium.serum' } };
}

const guarded = () =>
  server.app.guardedRoutes().filter(({ method, url }) => method !== 'HEAD' && method !== 'OPTIONS' && !url.startsWith('/oidc'));
const patientDoors = () => guarded().filter(({ guard, url }) => guard === 'patient-data' && url.includes(':patientId'));
const events = async () =>
  (await server.database.db.query<{ events: number }>('count-events', 'select count(*) as events from access.audit_event'))[0]!.events;

describe('the doors of the server', () => {
  test('are all guarded, and the ones to patients are known', () => {
    expect(guarded().length).toBeGreaterThan(10);
    expect(
      patientDoors()
        .map(({ method, url }) => `${method} ${url}`)
        .toSorted(),
    ).toMatchInlineSnapshot(`
      [
        "DELETE /api/patients/:patientId/care-link",
        "DELETE /api/patients/:patientId/letters/:draftId",
        "GET /api/identities/:patientId",
        "GET /api/patients/:patientId",
        "GET /api/patients/:patientId/accesses",
        "GET /api/patients/:patientId/biology",
        "GET /api/patients/:patientId/biology/cumul.pdf",
        "GET /api/patients/:patientId/context",
        "GET /api/patients/:patientId/documents",
        "GET /api/patients/:patientId/documents/:documentId",
        "GET /api/patients/:patientId/documents/:documentId/original",
        "GET /api/patients/:patientId/documents/:documentId/pdf",
        "GET /api/patients/:patientId/documents/events",
        "GET /api/patients/:patientId/documents/search",
        "GET /api/patients/:patientId/events",
        "GET /api/patients/:patientId/follow-up",
        "GET /api/patients/:patientId/letters",
        "GET /api/patients/:patientId/reports/:documentId",
        "GET /api/patients/:patientId/reports/:documentId/original",
        "GET /api/patients/:patientId/reports/:documentId/pdf",
        "GET /api/patients/:patientId/sharing",
        "POST /api/audit/emergencies/:patientId/:sequence/letter",
        "POST /api/identities/:patientId/changes",
        "POST /api/patients/:patientId/break-glass",
        "POST /api/patients/:patientId/care-link",
        "POST /api/patients/:patientId/corrections/seen",
        "POST /api/patients/:patientId/documents",
        "POST /api/patients/:patientId/documents/:documentId/status",
        "POST /api/patients/:patientId/documents/:documentId/visibility",
        "POST /api/patients/:patientId/emergencies/read",
        "POST /api/patients/:patientId/exports",
        "POST /api/patients/:patientId/letters/:draftId/finish",
        "POST /api/patients/:patientId/reports/:documentId/notes",
        "POST /api/patients/:patientId/reports/:documentId/told",
        "POST /api/patients/:patientId/sharing",
        "POST /api/patients/:patientId/targets",
        "POST /api/worklists/versions/:patientId/:documentId/keep",
        "PUT /api/patients/:patientId/letters/:draftId",
      ]
    `);
  });

  test('public ones are the few that must be', () => {
    const open = guarded().filter(({ guard, url }) => guard === 'public' && !url.startsWith('/api/docs'));
    expect(open.map(({ method, url }) => `${method} ${url}`).toSorted()).toMatchInlineSnapshot(`
      [
        "GET /api/biology/catalogue",
        "GET /api/session",
        "GET /api/sign-in",
        "GET /api/sign-in/callback",
        "GET /fhir/.well-known/smart-configuration",
        "GET /fhir/metadata",
        "GET /healthz",
        "GET /launch",
        "GET /metrics",
        "GET /readyz",
        "POST /api/sign-out",
      ]
    `);
  });

  test('nobody comes in without signing in', async () => {
    for (const { method, url, guard } of guarded().filter((route) => route.guard !== 'public')) {
      const answer = await server.app.inject({ method: method as 'GET', url: addressOf(url) });
      expect([url, guard, answer.statusCode]).toEqual([url, guard, 401]);
      const isFhir = url.startsWith('/fhir');
      const told = isFhir
        ? { issue: [{ details: { coding: [{ code: 'access.unauthenticated' }] } }] }
        : { code: 'access.unauthenticated', retry: false };
      expect(answer.json()).toMatchObject(told);
    }
  });

  test('a professional without a care link is refused by every door of a patient but the one that declares the consent, and each refusal is written once', async () => {
    const headers = await server.as(PEOPLE.nurse);
    for (const { method, url } of patientDoors().filter((route) => !route.url.endsWith('/care-link'))) {
      const before = await events();
      const answer = await server.app.inject({ method: method as 'GET', url: addressOf(url), headers, ...bodyOf(method, url) });
      expect([url, answer.statusCode]).toEqual([url, 403]);
      expect([url, (await events()) - before]).toEqual([url, 1]);
    }
  });

  test('an operator of the region reads no clinical data', async () => {
    const headers = await server.as(PEOPLE.operator);
    for (const { method, url } of patientDoors()) {
      const before = await events();
      const answer = await server.app.inject({ method: method as 'GET', url: addressOf(url), headers, ...bodyOf(method, url) });
      expect([url, answer.statusCode]).toEqual([url, 403]);
      expect([url, (await events()) - before]).toEqual([url, 1]);
    }
  });

  test('a treating doctor reads, and each reading is written once', async () => {
    await registerLinks(
      server.database.db,
      [{ patientId: PATIENT_ID, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(Date.now() - 1_000) }],
      'test',
    );
    const headers = await server.as(PEOPLE.gp);
    const before = await events();
    const answer = await server.app.inject({ method: 'GET', url: `/api/patients/${PATIENT_ID}/biology`, headers });
    expect(answer.statusCode).toBe(200);
    expect((await events()) - before).toBe(1);
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});
