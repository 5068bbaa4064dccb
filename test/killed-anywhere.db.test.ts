import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliverDue } from '../src/exchange/deliver.ts';
import { noteEvents, openSoftwareLinks, type SharedRecords, softwareSet, takeReceipt, writeSoftware } from '../src/exchange/index.ts';
import { routeNext } from '../src/exchange/route-document.ts';
import { systemPrincipal } from '../src/access/index.ts';
import { type LabReport, messageHeaderOf, readHl7Message, writeAck, writeCda } from '../src/formats/index.ts';
import * as flows from '../src/flows/index.ts';
import type { Db } from '../src/kernel/index.ts';
import { relayBatch } from '../src/record/relay.ts';
import { fhirSharing } from '../src/server/fhir-sharing.ts';
import { type MllpListener, startMllpListener } from '../src/transports/index.ts';
import { COLLEAGUE, exchangeBench, HOUR, later, PRESCRIBER, reportFor } from './support/exchange.ts';
import { emptyTables } from './support/empty-tables.ts';
import { dyingDatabase, Killed } from './support/dying-database.ts';
import { LABORATORY } from './support/reports.ts';

/**
 * Nothing is lost and nothing is doubled, wherever the process is killed: each part of the journey is run once whole, which tells the moments of its life (each
 * statement, each commit); then once for each of them, killed there, and taken up again as its door or its worker does. A step that is added is so killed too.
 */

const bench = exchangeBench();
const sender = systemPrincipal({ clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess] });
const to = { prescribers: [PRESCRIBER], copies: [COLLEAGUE] };
let n = 7_000;

const depsOf = (db: Db): flows.ReceiveDeps => ({
  db,
  relay: bench.server.relay,
  mode: 'demo',
  zone: 'Europe/Paris',
  tables: bench.server.tables,
});
const arrival = (report: LabReport) => ({
  bytes: Buffer.from(writeCda(report)),
  mediaType: 'application/xml',
  sender,
  receivedAt: new Date(),
});
const rows = async (table: string, id: number) =>
  (
    await bench.db.query<{ n: number }>('', `select count(*)::int as n from ${table} where unique_id = $1`, [
      `1.2.250.1.999.7.${LABORATORY.finess}.${id}`,
    ])
  )[0]!.n;
const dispatchesOf = (id: number) =>
  bench.db.query('', 'select from exchange.dispatch where document_id in (select document_id from record.document where unique_id = $1)', [
    `1.2.250.1.999.7.${LABORATORY.finess}.${id}`,
  ]);
const heard = async (id: number) => {
  await expect.poll(async () => (await dispatchesOf(id)).length).toBe(1);
};

/** The mail of a laboratory that sends by secure mail. */
const mailOf = (report: LabReport) => {
  const file = Buffer.from(writeCda(report))
    .toString('base64')
    .replaceAll(/(.{76})/g, '$1\r\n');
  return Buffer.from(
    [
      'From: labo@labo.mssante.example',
      'To: cigogne@region.mssante.example',
      `Message-ID: <${report.id.root}@labo>`,
      'Subject: essai',
      'MIME-Version: 1.0',
    ]
      .concat(['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: application/xml; name=cr.xml'])
      .concat(['Content-Disposition: attachment; filename=cr.xml', 'Content-Transfer-Encoding: base64', '', file, '--b--', ''])
      .join('\r\n'),
  );
};

const admissionOf = (id: number) => {
  const text = [
    `MSH|^~\\&|GAP|${LABORATORY.finess}|CIGOGNE|REGION|20260301080000||ADT^A01|ADT-${id}|P|2.5|||||FRA|UNICODE UTF-8`,
    'EVN||20260301080000||||20260301080000',
    `PID|1||IPP-${id}^^^HOPITAL&1.2.250.1.999.1&ISO^PI||ESSAI-ENTREE^JEANNE^JEANNE MARIE^^^^L||19550612|F|||^^^^^^BDL^^99042`,
    'PV1|1|I|CARDIO^12^1',
  ].join('\r');
  const message = readHl7Message(Buffer.from(text));
  if (message.kind !== 'adt') throw new Error('not an ADT');
  return message;
};

/** One part of the journey: what is there before, what is killed, and what must be there at the end. */
interface Part {
  before?: (id: number) => Promise<unknown>;
  run: (db: Db, id: number, isAgain: boolean) => Promise<unknown>;
  after: (id: number) => Promise<void>;
}

const isStoredOnce = async (id: number) => {
  expect([await rows('record.document', id), await rows('record.deposit', id)]).toEqual([1, 1]);
  bench.server.relay.wake();
  await heard(id);
};

/** By the function that doors call: a door that is not answered is called again with the same bytes. */
const DOORS: Partial<Record<keyof typeof flows, Part>> = {
  receiveFile: { run: (db, id) => flows.receiveFile(depsOf(db), arrival(reportFor(id, to))), after: isStoredOnce },
  receiveDocument: { run: (db, id) => flows.receiveDocument(depsOf(db), arrival(reportFor(id, to))), after: isStoredOnce },
  receiveTogether: { run: (db, id) => flows.receiveTogether(depsOf(db), [arrival(reportFor(id, to))]), after: isStoredOnce },
  receiveAmong: {
    run: (db, id) => flows.receiveAmong(depsOf(db), ({ receive }) => receive(arrival(reportFor(id, to)))),
    after: isStoredOnce,
  },
  receiveMail: {
    run: (db, id) =>
      flows.receiveMail(depsOf(db), {
        raw: mailOf(reportFor(id, to)),
        senderOf: async () => ({ clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess] }) as never,
        receivedAt: new Date(),
        ours: 'cigogne@region.mssante.example',
      }),
    after: isStoredOnce,
  },
  receiveAdt: {
    run: (db, id) => flows.receiveAdt({ db, mode: 'demo' }, { message: admissionOf(id), sender, receivedAt: new Date() }),
    after: async (id) => {
      const told = await bench.db.query('', 'select 1 from identity.source_event where control_id = $1', [`ADT-${id}`]);
      expect(told).toHaveLength(1);
    },
  },
  receiveReading: {
    before: async (id) => {
      await routedEverywhere(id);
      await deliverAs(bench.db, false);
    },
    run: (db, id) => {
      const about = `1.2.250.1.999.7.${LABORATORY.finess}.${id}`;
      return flows.receiveReading({ db }, { about, reader: PRESCRIBER.rpps, sender: software, via: 'hl7v2', receivedAt: new Date() });
    },
    after: async () => expect(await bench.steps('software:ch')).toEqual(['routed', 'prepared', 'sent', 'filed', 'read']),
  },
  receiveWithdrawal: {
    before: (id) => bench.deposit(reportFor(id, to)),
    run: (db, id) => {
      const { patient } = reportFor(id, to);
      const uniqueIds = [`1.2.250.1.999.7.${LABORATORY.finess}.${id}`];
      return flows.receiveWithdrawal(depsOf(db), { patient, uniqueIds, reason: 'essai', sender, receivedAt: new Date() });
    },
    after: async (id) => {
      const gone = await bench.db.query(
        '',
        `select 1 from record.document_event e join record.document d using (patient_id, document_id) where d.unique_id = $1 and e.kind = 'delete'`,
        [`1.2.250.1.999.7.${LABORATORY.finess}.${id}`],
      );
      expect(gone).toHaveLength(1);
    },
  },
};

/** What the software of the practice says of a document that it was given. */
const software = systemPrincipal({ clientId: 'logiciel', name: 'Logiciel', structures: PRESCRIBER.structures });

/** Called in `receiveAmong`. */
const WITHIN_ANOTHER = new Set(['receiveEach']);

/** What an MLLP listener of a hospital heard, and documents that another region has. */
let hospital: MllpListener;
const heardByHospital: Buffer[] = [];
const publishedThere: Buffer[] = [];
const withdrawnThere: Buffer[] = [];
const region: SharedRecords = {
  records: [{ id: 'voisine', name: 'Région voisine', host: 'voisine.example' }],
  publish: async (_id, { bytes }) => {
    publishedThere.push(bytes);
    return { kind: 'accepted', reply: '201' };
  },
  withdraw: async (_id, bytes) => {
    withdrawnThere.push(bytes);
    return { kind: 'accepted', reply: '200' };
  },
};
const links = openSoftwareLinks({ folder: undefined, fhir: fhirSharing });
const everywhere = { shared: region, software: links };
const isOneMessage = (all: readonly Buffer[]) => new Set(all.map((bytes) => bytes.toString('latin1'))).size;
/** Given to the software and to the other region, or asked back: what was thrown is the death. Mails are killed apart. */
const deliverAs = async (db: Db, isAgain: boolean) => {
  const faults: unknown[] = [];
  await deliverDue(bench.deps({ db, ...everywhere, now: later(isAgain ? HOUR : 0), onError: (error) => faults.push(error) }), 8, 'machine');
  if (faults.length > 0) throw faults[0];
};
const routedEverywhere = async (id: number) => {
  const { version } = await softwareSet(bench.db);
  const link = { kind: 'hl7' as const, host: '127.0.0.1', port: hospital.port, isTls: false, results: 'mdm' as const };
  const destinations = [{ id: 'ch', name: 'Logiciel du CH', serves: PRESCRIBER.structures, link }];
  if (version === 0) {
    await writeSoftware(bench.db, { from: 0, destinations, words: 'essai', by: { id: 'essai', name: 'essai' }, now: new Date() });
  }
  await bench.deposit(reportFor(id, { prescribers: [PRESCRIBER] }));
  await bench.db.query('', `update identity.patient set status = 'qualified'`);
  await bench.routeAll({ sharedWith: region.records });
  for (const heardThere of [bench.post.mails, heardByHospital, publishedThere, withdrawnThere]) heardThere.length = 0;
};
const biologist = { id: 'rpps:899700000077', name: 'Dr Iris TUBE-DEMO' };
const documentOf = async (id: number) => {
  const [row] = await bench.db.query<{ documentId: string }>(
    '',
    'select document_id as "documentId" from record.deposit where unique_id = $1',
    [`1.2.250.1.999.7.${LABORATORY.finess}.${id}`],
  );
  return row!.documentId;
};

const WORKERS: Record<string, Part> = {
  route: {
    before: (id) => bench.deposit(reportFor(id, to)),
    run: async (db) => {
      while ((await routeNext({ ...bench.deps(), db }, later(HOUR)(), 25)).taken > 0);
    },
    after: async (id) => expect(await rows('exchange.delivery', id)).toBe(2),
  },
  publish: {
    before: routedEverywhere,
    run: (db, _id, isAgain) => deliverAs(db, isAgain),
    after: async () => {
      expect((await bench.deliveries()).map(({ recipient, state }) => [recipient, state])).toEqual([
        [`rpps:${PRESCRIBER.rpps}`, 'waiting'],
        ['shared:voisine', 'sent'],
        ['software:ch', 'delivered'],
      ]);
      // What was told twice is the same message, by whose number its receiver knows it.
      expect([isOneMessage(publishedThere), isOneMessage(heardByHospital)]).toEqual([1, 1]);
    },
  },
  takeBack: {
    before: async (id) => {
      await routedEverywhere(id);
      await deliverAs(bench.db, false);
      const [row] = await bench.db.query<{ patientId: string }>('', 'select patient_id as "patientId" from exchange.delivery limit 1');
      const documentId = await documentOf(id);
      const event = { patientId: row!.patientId, eventId: documentId, documentId, structure: LABORATORY.finess, kind: 'report-withdrawn' };
      await noteEvents(bench.db, [event], new Date());
      await bench.routeAll();
      heardByHospital.length = 0;
    },
    run: (db, _id, isAgain) => deliverAs(db, isAgain),
    after: async () => {
      const recalls = await bench.db.query<{ state: string }>(
        '',
        `select state from exchange.delivery where action = 'recall' order by recipient`,
      );
      expect(recalls.map(({ state }) => state)).toEqual(['sent', 'delivered']);
      expect([isOneMessage(withdrawnThere), isOneMessage(heardByHospital)]).toEqual([1, 1]);
    },
  },
  recall: {
    before: (id) => bench.deposit(reportFor(id, to)),
    run: async (db, id, isAgain) => {
      const asked = { documentId: await documentOf(id), who: biologist, reason: 'essai', now: new Date() };
      // Asked again after a commit of which nobody heard, it is in no record any more.
      await db
        .transaction((tx) => flows.recallDocument(depsOf(db), tx, asked))
        .catch((error: Error) => {
          if (!isAgain || !error.message.includes('in no record any more')) throw error;
        });
    },
    after: async (id) => {
      const [deposit] = await bench.db.query<{ state: string }>('', 'select state from record.deposit where unique_id = $1', [
        `1.2.250.1.999.7.${LABORATORY.finess}.${id}`,
      ]);
      expect(deposit!.state).toBe('identity');
      expect(await rows('record.document', id)).toBe(0);
      bench.server.relay.wake();
      await expect.poll(() => bench.count('dispatch', `kind = 'withdrawn'`)).toBe(1);
    },
  },
  deliver: {
    before: async (id) => {
      await bench.deposit(reportFor(id, { prescribers: [PRESCRIBER] }));
      await bench.routeAll();
      bench.post.mails.length = 0;
    },
    run: async (db, _id, isAgain) => {
      const faults: unknown[] = [];
      await deliverDue(bench.deps({ db, now: later(isAgain ? HOUR : 0), onError: (error) => faults.push(error) }), 8);
      if (faults.length > 0) throw faults[0];
    },
    after: async () => {
      expect((await bench.deliveries()).map(({ state }) => state)).toEqual(['sent']);
      // What left twice is the same mail, byte for byte, by which the receiver knows it.
      expect(new Set(bench.post.mails.map(({ raw }) => raw.toString('latin1'))).size).toBe(1);
    },
  },
  receipt: {
    before: async (id) => {
      await bench.deposit(reportFor(id, { prescribers: [PRESCRIBER] }));
      await bench.routeAll();
      await bench.deliverAll();
    },
    run: async (db) => {
      const raw = ['Content-Type: multipart/report; report-type=x; boundary=b', '', '--b', 'Content-Type: message/delivery-status', '']
        .concat([
          `Original-Envelope-Id: ${await bench.idOf(`rpps:${PRESCRIBER.rpps}`)}`,
          '',
          `Final-Recipient: rfc822; ${PRESCRIBER.mailboxes[0]}`,
        ])
        .concat(['Action: delivered', 'Status: 2.0.0', '--b--', '']);
      await takeReceipt(db, Buffer.from(raw.join('\r\n')), new Date());
    },
    after: async () => expect(await bench.steps(`rpps:${PRESCRIBER.rpps}`)).toEqual(['routed', 'prepared', 'sent', 'delivered']),
  },
};

/** Between two lives the bench is as new: each life has a report of its own. */
async function live(part: Part, diesAt?: number): Promise<string[]> {
  const id = (n += 1);
  await emptyTables(
    bench.db,
    'exchange.dispatch, exchange.delivery, exchange.attempt, exchange.message, exchange.circuit, exchange.inbox_line',
  );
  await part.before?.(id);
  const { db, moments } = dyingDatabase(bench.db, diesAt);
  const death = await part.run(db, id, false).then(
    () => undefined,
    (error: unknown) => error,
  );
  // A life that needed less than the first one (something was still in memory) may end before its moment: then nothing killed it.
  expect(death instanceof Killed).toBe(moments.length > (diesAt ?? Number.POSITIVE_INFINITY));
  if (death !== undefined && !(death instanceof Killed)) throw death;
  if (diesAt !== undefined) await part.run(bench.db, id, true);
  await part.after(id);
  return moments;
}

/** The first moment of each kind: a statement is one wherever it stands, a commit one by what it commits. */
function firstOfEach(moments: readonly string[]): number[] {
  const kinds = moments.map((moment, at) => (moment === 'commit' ? `commit of ${moments[at - 1]}` : moment));
  return [...new Set(kinds)].map((kind) => kinds.indexOf(kind));
}

beforeAll(async () => {
  await bench.deposit(reportFor((n += 1), to));
  hospital = await startMllpListener({
    host: '127.0.0.1',
    port: 0,
    receive: async (message) => {
      heardByHospital.push(message);
      return Buffer.from(writeAck(messageHeaderOf(message), { controlId: '1', at: '20261122120000' }));
    },
    refuse: (refusal) => Buffer.from(writeAck(undefined, { controlId: '1', at: '20261122120000', refusal })),
    onError: () => {},
  });
});
afterAll(async () => {
  await links.close();
  await hospital.stop();
});

test.each(
  Object.entries({ ...DOORS, ...WORKERS }),
)('%s, killed at any moment and taken up again, loses nothing and doubles nothing', async (_name, part) => {
  const moments = await live(part);
  expect(moments.length).toBeGreaterThan(2);
  for (const moment of process.env['KILLED_EVERYWHERE'] ? moments.keys() : firstOfEach(moments)) await live(part, moment);
});

test('every function by which a door gives what arrived is killed here', () => {
  const called = new Set(
    readdirSync('src/server')
      .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
      .flatMap((name) => [...readFileSync(`src/server/${name}`, 'utf8').matchAll(/\b(receive[A-Z]\w+)\(/g)].map(([, word]) => word!)),
  );
  expect([...called].filter((name) => name in flows && !WITHIN_ANOTHER.has(name)).toSorted()).toEqual(Object.keys(DOORS).toSorted());
});

describe('the relay of the record', () => {
  beforeAll(() => bench.server.relay.stop());

  test('killed at any moment of a batch and taken up again, tells the exchange of each document once', async () => {
    const part: Part = {
      before: (id) => flows.receiveDocument(depsOf(bench.db), arrival(reportFor(id, to))),
      run: (db) => relayBatch(db, (tx, events) => noteEvents(tx, events, new Date())),
      after: async (id) => {
        expect(await bench.count('dispatch', 'document_id = $1', [await documentOf(id)])).toBe(1);
        expect(await bench.db.query('', 'select 1 from record.outbox where document_id = $1', [await documentOf(id)])).toEqual([]);
      },
    };
    const moments = await live(part);
    for (const moment of firstOfEach(moments)) await live(part, moment);
  });
});
