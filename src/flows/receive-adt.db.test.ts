import { beforeEach, describe, expect, test } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type AdtMessage, type PrintedPatient, readHl7Message } from '../formats/index.ts';
import type { ChangeBody, Duplicates, IdentityView, Worklist } from '../identity/contract.ts';
import { receiveAdt } from './index.ts';

const server = testServer();
const laboratory = testLaboratory(server);
const DOMAIN = '1.2.250.1.999.1';
let n = 0;

/** Someone else in each test, without INS: known by this sender's number alone. */
let family = '';
let ipp = '';
beforeEach(() => {
  n += 1;
  family = `ESSAI-${'ABCDEFGHIJ'[n]}DOUARD`;
  ipp = `IPP-${n}`;
});

const SENDER = { ...PEOPLE['laboratory-system'], structures: [LABORATORY.finess] };
interface Said {
  event?: string;
  at?: string;
  id?: string;
  name?: string;
  cog?: string;
  prior?: string;
  control?: string;
  facility?: string;
}
function adt({
  event = 'A08',
  at = '20260301080000',
  id = ipp,
  name = family,
  cog = '99042',
  prior,
  control,
  facility = LABORATORY.finess,
}: Said): AdtMessage {
  const cx = (value: string) => `${value}^^^HOPITAL&${DOMAIN}&ISO^PI`;
  const place = cog ? `^^^^^^BDL^^${cog}` : '';
  const text = [
    `MSH|^~\\&|GAP|${facility}|CIGOGNE|REGION|${at}||ADT^${event}|${control ?? `${ipp}-${event}-${at}`}|P|2.5|||||FRA|UNICODE UTF-8`,
    `EVN||${at}||||${at}`,
    `PID|1||${cx(id)}||${name}^JEANNE^JEANNE MARIE^^^^L||19550612|F|||${place}`,
    ...(prior ? [`MRG|${cx(prior)}`] : []),
    ...(event === 'A40' ? [] : ['PV1|1|I|CARDIO^12^1']),
  ].join('\r');
  const message = readHl7Message(Buffer.from(text));
  if (message.kind !== 'adt') throw new Error('not an ADT');
  return message;
}
const tell = (said: Said) =>
  receiveAdt({ db: server.database.db, mode: 'demo' }, { message: adt(said), sender: SENDER, receivedAt: new Date() });
const printed = (id = ipp): PrintedPatient => ({ ...JEANNE, birthFamily: family, ids: [{ root: DOMAIN, extension: id }] });
let report = 800;
const deposit = (patient: PrintedPatient) => {
  report += 1;
  return laboratory.deposit(reportOf(report, { patient }));
};
async function ask<T>(method: 'GET' | 'POST', url: string, payload?: object): Promise<T> {
  const headers = await server.as(PEOPLE['identity-cell']);
  const answer = await server.app.inject({ method, url, headers, ...(payload && { payload }) });
  expect(answer.statusCode).toBe(200);
  return answer.json() as T;
}
/** A person makes a record of a waiting report, which links the number. */
async function linked(id = ipp): Promise<string> {
  const { depositId } = await deposit(printed(id));
  const { waiting } = await ask<Worklist>('GET', '/api/worklists/identity');
  const { waitingId } = waiting.find((one) => one.depositId === depositId)!;
  const made = await ask<{ patientId: string }>('POST', `/api/worklists/identity/${waitingId}/create`, { reason: 'appel du service' });
  return made.patientId;
}
const records = async () => (await server.database.db.query('', 'select 1 from identity.patient')).length;
const change = (patientId: string, body: ChangeBody) => ask('POST', `/api/identities/${patientId}/changes`, body);

describe('what a hospital says of its own patients', () => {
  test('makes no record of the region, and keeps the stay', async () => {
    const before = await records();
    for (const event of ['A01', 'A03', 'A04']) await tell({ event });
    expect(await records()).toBe(before);
    const kept = await server.database.db.query('', `select visit->>'class' as class from identity.source_event where local_id = $1`, [
      ipp,
    ]);
    expect(kept).toEqual([{ class: 'I' }, { class: 'I' }, { class: 'I' }]);
  });

  test('a corrected name breaks the link of its number: the next report waits for a person', async () => {
    await linked();
    expect((await deposit(printed())).state).toBe('stored');
    await tell({ name: `${family}-CORRIGEE` });
    expect((await deposit(printed())).state).toBe('identity');
  });

  test('saying less than what was linked is no contradiction', async () => {
    await linked();
    await tell({ cog: '' });
    expect((await deposit(printed())).state).toBe('stored');
  });

  test('an older message that comes late, or the same one again, decides nothing', async () => {
    await tell({ at: '20260302080000' });
    await linked();
    await tell({ at: '20260301080000', name: `${family}-ANCIEN` });
    expect((await deposit(printed())).state).toBe('stored');
  });

  test('a merge of two numbers takes the link along, when the traits are those that a person linked', async () => {
    await linked();
    await tell({ event: 'A40', id: `${ipp}-NEW`, prior: ipp });
    expect((await deposit(printed(`${ipp}-NEW`))).state).toBe('stored');
  });

  test('a merge of two numbers with other traits takes nothing along', async () => {
    await linked();
    await tell({ event: 'A40', id: `${ipp}-NEW`, prior: ipp, name: `${family}-AUTRE` });
    expect((await deposit({ ...printed(`${ipp}-NEW`), birthFamily: `${family}-AUTRE` })).state).toBe('identity');
  });

  test('a merge of two numbers that lead to two records merges nothing: the identity cell is told, and decides once', async () => {
    const first = await linked();
    const second = await linked(`${ipp}-B`);
    await tell({ event: 'A40', id: ipp, prior: `${ipp}-B` });
    const told = async () =>
      (await ask<Duplicates>('GET', '/api/worklists/duplicates')).duplicates.filter(({ one, another }) =>
        [one.patientId, another.patientId].includes(first),
      );
    expect(await told()).toMatchObject([{ toldBy: 'sender', sender: LABORATORY.finess }]);
    expect((await ask<IdentityView>('GET', `/api/identities/${first}`)).records).toHaveLength(1);
    await change(first, { kind: 'two-people', other: second, reason: 'deux sœurs' });
    expect(await told()).toEqual([]);
    await tell({ event: 'A40', id: ipp, prior: `${ipp}-B`, at: '20260303080000' });
    expect(await told()).toEqual([]);
  });

  test('is refused from a system that may not speak for the structure it names', async () => {
    await expect(tell({ facility: '990400999' })).rejects.toThrow(expect.objectContaining({ code: 'deposit.wrong-structure' }));
  });
});
