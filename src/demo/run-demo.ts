import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf, demoToday } from './clock.ts';
import { depositAll } from './deposit-all.ts';
import { makeDepositClient } from './deposit-client.ts';
import { documentBytes } from './document-bytes.ts';
import { depositFreshReport } from './fresh-report.ts';
import { type MailedFormat, mailFreshReport } from './mail-report.ts';
import { makePopulation, type Population } from './population.ts';

/** `./cigogne demo`: to a running demo server, to a folder, or one fresh report. */
export interface RunDemoOptions {
  patients: number;
  reports: number;
  seed: number;
  /** `2026-11-22`; by default the last day whose morning is over. */
  today?: string | undefined;
  /** Deposit at this server. */
  to?: string | undefined;
  /** Or write files here. */
  out?: string | undefined;
  /** Only one new report of Odette, dated now. */
  fresh?: boolean | undefined;
  /** Only one new report of hers, by mail. */
  mail?: MailedFormat | undefined;
  now: Date;
  /** What goes on, for the person who watches. */
  tell: (line: string) => void;
  signal?: AbortSignal;
}

/** Deposits under way together from the command line: enough to find the server's limit. */
const AT_ONCE = 16;
/** A person at a terminal wants to know soon. */
const TRIES = 6;

/** @returns whether everything asked for was done. @throws Error with a sentence for the terminal, RangeError for a wrong figure */
export async function runDemo(options: RunDemoOptions): Promise<boolean> {
  const { to, out, fresh, mail, now, tell } = options;
  if (mail) {
    if (!to) throw new RangeError('--mail needs --to URL');
    const outcome = await mailFreshReport({ url: to, format: mail, now });
    tell(
      outcome.kind === 'accepted'
        ? `A report of Odette ESSAI-MARCHAND left by mail (${mail}): the identity cell says whose it is, and the laboratory is answered by mail.`
        : `The mail was refused: ${outcome.reply}`,
    );
    return outcome.kind === 'accepted';
  }
  if (fresh) {
    if (!to) throw new RangeError('--fresh needs --to URL');
    const { status, refusal } = await depositFreshReport({ url: to, now });
    tell(refusal ? `The fresh report was refused: ${refusal}.` : `A fresh report of Odette ESSAI-MARCHAND was deposited (${status}).`);
    return !refusal;
  }
  const { seed, patients, reports } = options;
  const today = options.today ? dayOf(options.today) : demoToday(now.getTime());
  const population = makePopulation({ seed, patients, reports, today });
  if (to) return deposit(population, to, options);
  if (out) return write(population, out, options);
  throw new RangeError('say where the reports go: --to URL, or --out FOLDER');
}

async function deposit(population: Population, url: string, { tell, signal }: RunDemoOptions): Promise<boolean> {
  let toldAt = 0;
  const client = makeDepositClient(url, { tries: TRIES, ...(signal && { signal }) });
  const { done, total, perSecond, refused, waiting } = await depositAll(population, client, {
    from: 0,
    atOnce: AT_ONCE,
    ...(signal && { signal }),
    onProgress: (progress) => {
      if (Date.now() - toldAt < 1_000) return;
      toldAt = Date.now();
      tell(`${progress.done} of ${progress.total} reports, ${progress.perSecond} a second`);
    },
  });
  const refusals = Object.entries(refused).map(([code, count]) => `${count} ${code}`);
  tell(`${done} of ${total} reports, ${perSecond} a second; ${waiting} wait for a person; refused: ${refusals.join(', ') || 'none'}`);
  return done === total && refusals.length === 0;
}

/** Files to a folder: enough for any file system, and easy to look through. */
const FILES_A_FOLDER = 1_000;

async function write(population: Population, folder: string, { tell, signal }: RunDemoOptions): Promise<boolean> {
  let n = 0;
  let index: string[] = [];
  for (const document of population.documents()) {
    if (signal?.aborted) return false;
    const part = String(Math.floor(n / FILES_A_FOLDER)).padStart(5, '0');
    if (n % FILES_A_FOLDER === 0) await mkdir(join(folder, part), { recursive: true });
    n++;
    const file = `${part}/${String(n).padStart(8, '0')}.xml`;
    await writeFile(join(folder, file), documentBytes(document, n));
    const { clientId, finess, k, trap, needsPerson } = document;
    index.push(JSON.stringify({ file, clientId, finess, person: k, trap, needsPerson }));
    if (n % FILES_A_FOLDER === 0) {
      await appendIndex(folder, index, n === FILES_A_FOLDER);
      index = [];
      tell(`${n} of ${population.total} reports written`);
    }
  }
  await appendIndex(folder, index, n < FILES_A_FOLDER);
  tell(`${n} reports written in ${folder}; index.jsonl says which laboratory sends each`);
  return true;
}

async function appendIndex(folder: string, lines: readonly string[], isFirst: boolean): Promise<void> {
  await writeFile(join(folder, 'index.jsonl'), lines.map((line) => `${line}\n`).join(''), { flag: isFirst ? 'w' : 'a' });
}
