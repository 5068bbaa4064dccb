import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { registerSenders, registerStructures } from '../src/directory/index.ts';
import { writeCda } from '../src/formats/index.ts';
import { openFolderDoor } from '../src/server/folder-door.ts';
import { chemistryReport } from './support/lab-report.ts';
import { freePort } from './support/free-port.ts';
import { testServer } from './support/server.ts';

/** Debian's openssh-server, or the same program elsewhere. */
const SSHD = process.env['CIGOGNE_SSHD'] ?? '/usr/sbin/sshd';
const missing = !existsSync(SSHD)
  ? `${SSHD} is not on this machine (Debian: openssh-server)`
  : spawnSync('sftp', ['-V']).error || spawnSync('ssh-keygen', ['-?']).error
    ? 'the sftp client is not on this machine (Debian: openssh-client)'
    : undefined;
if (missing) console.warn(`${missing}: deposits by SFTP are not tried with a real server`);

const server = testServer();
const CLIENT = 'sil-sftp';

describe.skipIf(missing)('through a real SFTP server', () => {
  const folder = mkdtempSync('/tmp/cigogne-sftp-');
  const deposits = join(folder, 'deposits');
  const own = join(deposits, CLIENT);
  // As root it would drop to an account of its own, which a test does not make: it runs, and lets in, one that every Linux has.
  const account = process.getuid?.() === 0 ? { name: 'nobody', uid: 65_534, gid: 65_534 } : { name: userInfo().username };
  let port = 0;
  let stopServer: (() => void) | undefined;
  let stopDoor: (() => Promise<void>) | undefined;
  const faults: unknown[] = [];

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    mkdirSync(own, { recursive: true });
    port = await freePort();
    for (const key of ['host', 'client']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
    writeFileSync(
      join(folder, 'sshd_config'),
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${join(folder, 'host')}`,
        `AuthorizedKeysFile ${join(folder, 'client.pub')}`,
        'PidFile none',
        'StrictModes no',
        'UsePAM yes',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'Subsystem sftp internal-sftp',
        `ForceCommand internal-sftp -d ${own}`,
        'AllowTcpForwarding no',
        'PermitTTY no',
        '',
      ].join('\n'),
    );
    const { uid, gid } = account;
    if (uid !== undefined) for (const path of [own, join(folder, 'host'), join(folder, 'client.pub')]) chownSync(path, uid, gid!);
    chmodSync(own, 0o777);
    const sshd = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
      stdio: 'ignore',
      ...(uid !== undefined && { uid, gid: gid! }),
    });
    stopServer = () => void sshd.kill('SIGTERM');
    await vi.waitFor(() => answers(port), { timeout: 25_000, interval: 100 });
    const { db } = server.database;
    await registerStructures(db, [{ finess: '350000001', name: 'LBM DEMO des Tilleuls', kind: 'laboratory' }]);
    const sender = { clientId: CLIENT, name: 'SIL des essais', structures: ['350000001'], formats: ['cda-cr-bio'] };
    await registerSenders(
      db,
      [{ ...sender, state: 'production', secret: 'a-secret-of-the-tests-only', connectedSince: new Date() }],
      'demo',
    );
    stopDoor = await openFolderDoor({
      config: { DEPOSIT_FOLDER: deposits, DEPOSIT_MAX_BYTES: 1_000_000 },
      journey: { db, relay: server.relay, tables: server.tables, mode: 'demo', zone: 'Europe/Paris' },
      onError: (error) => faults.push(error),
      everyMs: 50,
    });
  }, 30_000);
  afterAll(async () => {
    await stopDoor?.();
    stopServer?.();
    rmSync(folder, { recursive: true, force: true });
  });

  function sftp(commands: readonly string[], key = 'client') {
    const batch = join(folder, 'batch');
    writeFileSync(batch, `${commands.join('\n')}\n`);
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes', 'LogLevel=ERROR'];
    return spawnSync('sftp', [
      '-b',
      batch,
      '-P',
      String(port),
      '-i',
      join(folder, key),
      ...options.flatMap((option) => ['-o', option]),
      `${account.name}@127.0.0.1`,
    ]);
  }

  test('a file that a laboratory sends under a name of transfer, then renames, is in the record, and its receipt comes back the same way', async () => {
    writeFileSync(join(folder, 'report.xml'), writeCda(chemistryReport(3, 1)));
    const sent = sftp([`put ${join(folder, 'report.xml')} report.xml.part`, 'rename report.xml.part report.xml']);
    expect([sent.status, sent.stderr.toString()]).toEqual([0, '']);
    const receipt = join(own, 'taken', 'report.xml.receipt.json');
    await vi.waitFor(() => expect(existsSync(receipt)).toBe(true), { timeout: 25_000, interval: 50 });
    const fetched = join(folder, 'fetched.json');
    expect(sftp([`get taken/report.xml.receipt.json ${fetched}`]).status).toBe(0);
    expect(JSON.parse(readFileSync(fetched, 'utf8'))).toMatchObject({ state: 'stored', uniqueId: '1.2.250.1.999.1.2.700001' });
    const [row] = await server.database.db.query<{ n: number }>('', 'select count(*)::int as n from record.document');
    expect(row!.n).toBe(1);
    expect(faults).toEqual([]);
  }, 30_000);

  test('a key that nobody registered deposits nothing', () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'stranger')]);
    expect(sftp([`put ${join(folder, 'sshd_config')} x.xml`], 'stranger').status).not.toBe(0);
    expect(existsSync(join(own, 'x.xml'))).toBe(false);
  }, 30_000);
});

function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
