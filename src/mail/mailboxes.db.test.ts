import { describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { type Principal } from '../access/index.ts';
import type { MailList } from './contract.ts';
import { ANNE, KARIM, partner, mailBench } from '../../test/support/mail-bench.ts';

const { server, call, list, open, take, compose, sendAll, xdm } = mailBench();

describe('a mailbox given to a colleague', () => {
  test('is read by them, written in when so said, under their name; taken back, it is theirs no more', async () => {
    await take(ANNE, await compose({}));
    const give = (who: Principal, to: string, may: string) => call(who, 'POST', '/api/mail/delegates', { box: ANNE, to, may });
    expect((await give(partner, partner.id, 'send')).statusCode).toBe(404);
    expect((await give(PEOPLE.gp, PEOPLE.specialist.id, 'read')).statusCode).toBe(400);
    expect((await give(PEOPLE.gp, partner.id, 'read')).statusCode).toBe(204);
    const { boxes, threads } = await list(partner);
    expect(boxes).toMatchObject([{ box: ANNE, kind: 'delegated', maySend: false }]);
    const mail = { box: ANNE, answers: threads[0]!.messageId, subject: 'Re', words: 'Vu.' };
    expect((await call(partner, 'POST', '/api/mail/messages', mail)).statusCode).toBe(404);
    await give(PEOPLE.gp, partner.id, 'send');
    expect((await call(partner, 'POST', '/api/mail/messages', mail)).statusCode).toBe(201);
    expect((await open(PEOPLE.gp, threads[0]!.messageId)).messages[1]).toMatchObject({ byName: partner.name });
    await give(PEOPLE.gp, partner.id, 'nothing');
    expect((await list(partner)).boxes).toEqual([]);
  });

  test('for some days is theirs from the first to the last of them, both included, and says so to its holder', async () => {
    const day = (from: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' }).format(Date.now() + from * 86_400_000);
    const give = async (fromDay: string, untilDay: string) =>
      (await call(PEOPLE.gp, 'POST', '/api/mail/delegates', { box: ANNE, to: partner.id, may: 'read', fromDay, untilDay })).statusCode;
    expect(await give(day(3), day(2))).toBe(400);
    const isTheirs: boolean[] = [];
    for (const [from, until] of [
      [0, 0],
      [2, 9],
      [-9, -2],
      [-9, 9],
    ] as const) {
      expect(await give(day(from), day(until))).toBe(204);
      isTheirs.push((await list(partner)).boxes.length > 0);
    }
    expect(isTheirs).toEqual([true, false, false, true]);
    const [given] = (await list(PEOPLE.gp)).delegates;
    expect(given).toMatchObject({ delegate: partner.id, fromAt: expect.any(String), untilAt: expect.any(String) });
  });

  test('is theirs no more once they left the place where both work', async () => {
    await call(PEOPLE.gp, 'POST', '/api/mail/delegates', { box: ANNE, to: partner.id, may: 'read' });
    expect((await list(partner)).boxes).toHaveLength(1);
    const exercise = (end: string) =>
      server.database.db.query('', `update directory.practice set ended_at = ${end} where rpps = $1`, [partner.id.slice('rpps:'.length)]);
    await exercise('now()');
    expect((await list(partner)).boxes).toEqual([]);
    expect((await list(PEOPLE.gp)).colleagues.map(({ id }) => id)).not.toContain(partner.id);
    await exercise('null');
    expect((await list(partner)).boxes).toHaveLength(1);
  });

  test('of a doctor is read by their secretary only once it is given', async () => {
    expect((await list(PEOPLE.secretary)).boxes).toEqual([]);
    await call(PEOPLE.gp, 'POST', '/api/mail/delegates', { box: ANNE, to: 'secretary', may: 'read' });
    expect((await list(PEOPLE.secretary)).boxes).toMatchObject([{ box: ANNE, kind: 'delegated' }]);
    expect((await list({ ...PEOPLE.secretary, actsFor: partner.id } as Principal)).boxes).toEqual([]);
  });
});

describe('a mailbox of many threads', () => {
  test('is searched by words, attachment and name of the patient, whatever the accents, and sorted into what is to be dealt with and what was', async () => {
    await take(ANNE, await compose({ subject: 'Bilan rénal', messageId: '<a@x>' }));
    await take(
      ANNE,
      await compose({ subject: 'Lettre', messageId: '<b@x>', attachments: [{ filename: 'IHE_XDM.ZIP', content: Buffer.from(xdm(44)) }] }),
    );
    await call(PEOPLE.gp, 'POST', '/api/mail/messages', { box: ANNE, to: KARIM, subject: 'Demande', words: 'Une date ?' });
    const subjects = async (query: string) =>
      ((await call(PEOPLE.gp, 'GET', `/api/mail?${query}`)).json() as MailList).threads.map(({ subject }) => subject).toSorted();
    expect(await subjects('q=RENAL')).toEqual(['Bilan rénal']);
    expect(await subjects('q=essai-durand')).toEqual(['Lettre']);
    expect(await subjects('q=xdm.zip%20avis')).toEqual(['Lettre']);
    expect(await subjects('q=inconnu')).toEqual([]);
    expect(await subjects('folder=sent')).toEqual(['Demande']);
    expect(await subjects('folder=todo')).toEqual(['Bilan rénal', 'Lettre']);
    const letter = (await list(PEOPLE.gp)).threads.find(({ subject }) => subject === 'Lettre')!;
    await call(PEOPLE.gp, 'POST', `/api/mail/messages/${letter.messageId}/done`, { isDone: true });
    expect([await subjects('folder=todo'), await subjects('folder=done')]).toEqual([['Bilan rénal'], ['Lettre']]);
    expect((await call(partner, 'POST', `/api/mail/messages/${letter.messageId}/done`, { isDone: false })).statusCode).toBe(404);
    expect((await open(PEOPLE.gp, letter.messageId)).isDone).toBe(true);
  });

  test('of a place, and of its software, is that of those who work there, and of nobody else', async () => {
    const { db } = server.database;
    const boxes = [
      ['cabinet@cabinet.mssante.example', 'ORG', 'organisation'],
      ['logiciel@cabinet.mssante.example', 'APP', 'application'],
    ] as const;
    for (const [address, kind] of boxes)
      await db.query('', 'insert into directory.mailbox (address, kind, site_id) values ($1, $2, $3)', [
        address,
        kind,
        PEOPLE.gp.organisation.finess,
      ]);
    for (const [address, , kind] of boxes) {
      await take(address, await compose({ to: address, messageId: `<${kind}@x>` }));
      const { boxes: shown, threads } = await list(PEOPLE.gp, address);
      expect(shown.find(({ box }) => box === address)).toMatchObject({ kind, maySend: true, unread: 1 });
      const answer = { box: address, answers: threads[0]!.messageId, subject: 'Re', words: 'Vu par le cabinet.' };
      expect((await call(PEOPLE.gp, 'POST', '/api/mail/messages', answer)).statusCode).toBe(201);
      const [sent] = await sendAll();
      expect(sent!.email.from?.address).toBe(address);
      expect((await call(PEOPLE.specialist, 'GET', `/api/mail/messages/${threads[0]!.messageId}`)).statusCode).toBe(404);
    }
    await db.query('', `delete from directory.mailbox where site_id = $1 and kind in ('ORG', 'APP')`, [PEOPLE.gp.organisation.finess]);
  });
});
