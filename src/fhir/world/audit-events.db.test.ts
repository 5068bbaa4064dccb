import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { ficheOf, publishedRegion, resources } from '../../../test/support/published.ts';
import { readQuery } from '../search/query.ts';
import { openTrail, trailOf, trailOfId } from './audit-events.ts';

const { ask, get, publish, region, server } = publishedRegion();

describe('the trail of a record (BALP)', () => {
  beforeAll(async () => {
    await publish(ficheOf(41));
    await get(`/DocumentReference?patient=${region.patientId}`);
  });

  test('tells the treating doctor who read it, through what, and each telling is written too', async () => {
    const events = resources(await get(`/AuditEvent?patient=${region.patientId}&_sort=-date`));
    const telling = events.find(({ subtype }) => (subtype as { code: string }[]).some(({ code }) => code === 'accesses.read'));
    expect(telling).toMatchObject({
      resourceType: 'AuditEvent',
      outcome: '0',
      entity: [{ what: { reference: `Patient/${region.patientId}` }, role: { code: '1' } }],
      agent: [{ requestor: false }, { requestor: false }, { requestor: true, who: { display: expect.stringContaining('LEFEVRE-DEMO') } }],
    });
    const again = resources(await get(`/AuditEvent?patient=${region.patientId}&subtype=accesses.read`));
    expect(again.length).toBeGreaterThan(0);
  });

  test('longer than what is searched at once is known to be cut', async () => {
    const asking = { who: PEOPLE.gp, now: new Date(), base: 'http://localhost/fhir', strict: false };
    const trail = (wish: Parameters<typeof openTrail>[3]) =>
      openTrail({ db: server.database.db, mode: 'demo', zone: 'Europe/Paris' }, asking, region.patientId, wish);
    const [cut, whole] = [await trail({ limit: 2 }), await trail({ limit: 10_000 })];
    expect([cut.world.all('AuditEvent').length, cut.isCut, whole.isCut]).toEqual([2, true, false]);
    const oldest = whole.world.all('AuditEvent').at(-1)!;
    expect(cut.world.find('AuditEvent', oldest.id)).toBeUndefined();
    const ofThen = trailOf(readQuery('AuditEvent', [['date', `le${String(oldest['recorded'])}`]]), 'Europe/Paris');
    for (const wish of [trailOfId(oldest.id), { limit: 2, ...ofThen }])
      expect((await trail(wish)).world.find('AuditEvent', oldest.id)).toEqual(oldest);
    expect((await get(`/AuditEvent/${oldest.id.slice(0, -4)}0000`)).status).toBe(404);
  });

  test('says to the patient nothing of a document that waits to be told: neither its name, nor its deposit, nor a gap where it would be', async () => {
    expect((await publish(ficheOf(90))).status).toBe(201);
    const [row] = await server.database.db.query<{ documentId: string }>(
      '',
      'select document_id as "documentId" from record.document where patient_id = $1 order by document_id desc limit 1',
      [region.patientId],
    );
    const { documentId } = row!;
    const hide = { act: 'hide', mask: 'INVISIBLE_PATIENT', dueAt: new Date(Date.now() + 86_400_000).toISOString() };
    const url = `/api/patients/${region.patientId}/documents/${documentId}/visibility`;
    expect((await server.app.inject({ method: 'POST', url, headers: region.gp, payload: hide })).statusCode).toBe(204);
    await server.app.inject({ url: url.replace('/visibility', ''), headers: region.gp });
    const own = await server.as({ ...PEOPLE.patient, patientId: region.patientId });
    const trail = await server.app.inject({ url: `/fhir/AuditEvent?patient=${region.patientId}&_count=200`, headers: own });
    expect(trail.statusCode).toBe(200);
    expect(trail.body).not.toContain(documentId);
    expect(trail.body).not.toMatch(/item-|document\.mask|announcement/);
    const ids = (trail.json() as { entry: { resource: { id: string } }[] }).entry.map(({ resource }) => resource.id);
    expect(ids.every((id) => /^[\da-z]{25}\.[\da-f]{32}$/.test(id))).toBe(true);
    const doctor = await server.app.inject({ url: `/fhir/AuditEvent?patient=${region.patientId}&_count=200`, headers: region.gp });
    expect(doctor.body).toContain(documentId);
  });

  test('is not for everyone who treats', async () => {
    const headers = await server.as(PEOPLE.nurse);
    expect((await ask('GET', `/AuditEvent?patient=${region.patientId}`, headers)).status).toBe(403);
  });
});
