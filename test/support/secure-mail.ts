import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:net';
import { freePort } from './free-port.ts';

/** Why the real servers cannot be started here; undefined when they can. */
export const noSecureMail: string | undefined = !existsSync('/usr/lib/postfix/sbin/master')
  ? 'Postfix is not on this machine'
  : !existsSync('/usr/sbin/dovecot')
    ? 'Dovecot is not on this machine'
    : process.getuid?.() !== 0
      ? 'Postfix only starts as root'
      : spawnSync('openssl', ['version']).status !== 0
        ? 'openssl is not on this machine'
        : undefined;
if (noSecureMail) console.warn(`${noSecureMail}: secure mail is not tried with real servers`);

export interface SecureMail {
  smtpPort: number;
  imapPort: number;
  /** PEM: the authority of both servers, and what a client shows. */
  ca: string;
  client: { cert: string; key: string };
  /** A client of another authority. */
  stranger: { cert: string; key: string };
  password: string;
  /** Mails of a mailbox, as Dovecot keeps them. */
  mailsOf(address: string): Buffer[];
  /** Our operator stops, and starts again. */
  stopSmtp(): Promise<void>;
  startSmtp(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Debian's Postfix and Dovecot on loopback, in a folder of their own: submission over TLS with a client certificate, delivery by LMTP,
 * IMAP over TLS. Mailboxes are the addresses given; any other of their domains is refused, and so is any other domain.
 */
export async function startSecureMail(addresses: readonly string[]): Promise<SecureMail> {
  const folder = mkdtempSync('/tmp/cigogne-mail-');
  chmodSync(folder, 0o755);
  const [smtpPort, imapPort, lmtpPort] = [await freePort(), await freePort(), await freePort()];
  const tls = makeCertificates(folder);
  writePostfix(folder, { smtpPort, lmtpPort, addresses });
  writeDovecot(folder, { imapPort, lmtpPort, addresses });
  const dovecot = spawn('/usr/sbin/dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
  let postfix: ChildProcess | undefined;
  const startSmtp = async () => {
    postfix = spawn('/usr/lib/postfix/sbin/master', ['-c', join(folder, 'postfix'), '-s'], { stdio: 'ignore', detached: true });
    await answers(smtpPort);
  };
  const stopSmtp = async () => {
    if (postfix) await end(postfix);
    postfix = undefined;
  };
  execFileSync('/usr/sbin/postfix', ['-c', join(folder, 'postfix'), 'check'], { stdio: 'ignore' });
  await startSmtp();
  await answers(imapPort);
  return {
    ...tls,
    smtpPort,
    imapPort,
    password: PASSWORD,
    startSmtp,
    stopSmtp,
    mailsOf(address) {
      const files = ['new', 'cur'].flatMap((box) => {
        const path = join(folder, 'mail', address, box);
        return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
      });
      return files.map((file) => readFileSync(file));
    },
    async stop() {
      await stopSmtp();
      await end(dovecot);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const PASSWORD = 'a-password-of-the-tests-only';

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await wait(100);
  }
  throw new Error(`nothing answers on port ${port}`);
}

function makeCertificates(folder: string): Pick<SecureMail, 'ca' | 'client' | 'stranger'> {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  for (const authority of ['ca', 'other'])
    openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      `/CN=AC ${authority} ESSAI`,
      '-keyout',
      `${authority}.key`,
      '-out',
      `${authority}.pem`,
    );
  const issue = (name: string, authority: string, extension: string) => {
    writeFileSync(join(folder, `${name}.ext`), extension);
    openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const by = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`];
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`);
  };
  issue('server', 'ca', 'subjectAltName=DNS:localhost');
  issue('client', 'ca', 'extendedKeyUsage=clientAuth');
  issue('stranger', 'other', 'extendedKeyUsage=clientAuth');
  const pair = (name: string) => ({ cert: read(`${name}.pem`), key: read(`${name}.key`) });
  return { ca: read('ca.pem'), client: pair('client'), stranger: pair('stranger') };
}

function writePostfix(
  folder: string,
  { smtpPort, lmtpPort, addresses }: { smtpPort: number; lmtpPort: number; addresses: readonly string[] },
): void {
  const home = join(folder, 'postfix');
  mkdirSync(join(home, 'queue'), { recursive: true });
  mkdirSync(join(home, 'data'));
  const uid = Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }));
  chownSync(join(home, 'data'), uid, uid);
  const domains = [...new Set(addresses.map((address) => address.split('@')[1]))];
  const settings = {
    compatibility_level: '3.6',
    queue_directory: join(home, 'queue'),
    data_directory: join(home, 'data'),
    command_directory: '/usr/sbin',
    daemon_directory: '/usr/lib/postfix/sbin',
    shlib_directory: '/usr/lib/postfix',
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    maillog_file: join(home, 'mail.log'),
    maillog_file_prefixes: home,
    myhostname: 'localhost',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mydestination: '',
    mynetworks: '',
    alias_maps: '',
    alias_database: '',
    local_recipient_maps: '',
    virtual_mailbox_domains: domains.join(' '),
    virtual_mailbox_maps: `inline:{ ${addresses.map((address) => `{${address} = x}`).join(', ')} }`,
    virtual_transport: `lmtp:inet:127.0.0.1:${lmtpPort}`,
    default_transport: 'error:5.7.1 outside of the trusted domain list',
    smtpd_tls_security_level: 'encrypt',
    smtpd_tls_cert_file: join(folder, 'server.pem'),
    smtpd_tls_key_file: join(folder, 'server.key'),
    smtpd_tls_CAfile: join(folder, 'ca.pem'),
    smtpd_tls_ask_ccert: 'yes',
    smtpd_tls_req_ccert: 'yes',
    smtpd_tls_fingerprint_digest: 'sha256',
    smtp_dns_support_level: 'disabled',
    smtputf8_enable: 'no',
    queue_run_delay: '2s',
    minimal_backoff_time: '2s',
    maximal_backoff_time: '4s',
  };
  writeFileSync(
    join(home, 'main.cf'),
    Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  const options = [
    '-o smtpd_tls_wrappermode=yes',
    '-o smtpd_relay_restrictions=permit_tls_all_clientcerts,reject',
    '-o smtpd_recipient_restrictions=reject_unlisted_recipient,permit_tls_all_clientcerts,reject',
  ];
  const services = [
    `127.0.0.1:${smtpPort} inet n - n - - smtpd ${options.join(' ')}`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'lmtp unix - - n - - lmtp',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  writeFileSync(join(home, 'master.cf'), `${services.join('\n')}\n`);
}

function writeDovecot(
  folder: string,
  { imapPort, lmtpPort, addresses }: { imapPort: number; lmtpPort: number; addresses: readonly string[] },
): void {
  const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
  mkdirSync(join(folder, 'mail'));
  chownSync(join(folder, 'mail'), nobody, nobody);
  writeFileSync(join(folder, 'users'), addresses.map((address) => `${address}:{PLAIN}${PASSWORD}::::::\n`).join(''));
  chmodSync(join(folder, 'users'), 0o644);
  writeFileSync(
    join(folder, 'dovecot.conf'),
    `base_dir = ${folder}/run
state_dir = ${folder}/state
instance_name = ${folder.split('/').at(-1)}
log_path = ${folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = required
ssl_cert = <${folder}/server.pem
ssl_key = <${folder}/server.key
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%u
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/mail/%u
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${imapPort}
    ssl = yes
  }
  service_count = 0
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
}
`,
  );
}
