/**
 * The viewer in a real browser, measured: `node bench/browser.ts`, or only some parts of it: `node bench/browser.ts server cold curve scroll patients`.
 * Headless Chromium without a graphics card, loopback, signed in; browser, server and database share the machine. Each figure is the median and
 * the 95th percentile of twenty, but for frames and memory. Promises of the viewer, for a patient with ten years and 5,000 results: server < 50 ms;
 * empty cache to first painted row < 800 ms; another patient < 200 ms; curve < 80 ms; 95 % of frames of a scroll within 20 ms; at most 250 kB of
 * compressed script before the first row; at most 10 MB more of memory between the 50th patient and the 200th.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { openSession } from '#access';
import { openDemoRegion } from '#demo';
import { BROWSER_FLAGS, findBrowser } from '../e2e/support/browser.ts';
import { withDatabase } from './support/database.ts';
import { machineFacts } from './support/figures.ts';
import { closeConnections, withServer } from './support/server.ts';
import { coldPages, curves, manyPatients, scrolls, serverAnswers, warmPage } from './support/viewer-figures.ts';
import { fill, PATIENTS, reader } from './support/viewer-region.ts';
import { workBehind } from './support/work-behind.ts';

const PARTS = ['server', 'cold', 'curve', 'scroll', 'patients'];
const asked = process.argv.slice(2);
const unknown = asked.find((part) => !PARTS.includes(part));
if (unknown !== undefined) throw new Error(`no such part: ${unknown}; there are ${PARTS.join(', ')}`);
const measures = (part: string) => asked.length === 0 || asked.includes(part);

console.log(machineFacts());
spawnSync('vite', ['build', '--logLevel', 'error'], { stdio: 'inherit' });
process.env['BENCH_WEB'] = join(process.cwd(), 'dist/web');
await withDatabase(async (db, urlOf) => {
  await openDemoRegion(db, { patients: PATIENTS, reports: 0, now: new Date() });
  await withServer(urlOf('postgres'), PATIENTS, async (base) => {
    await fill(db, base);
    await workBehind(db);
    const session = await openSession(db, reader, new Date());
    if (measures('server')) await serverAnswers(base, session);
    const browser = await chromium.launch({ executablePath: await findBrowser(), args: BROWSER_FLAGS });
    if (measures('cold')) await coldPages(browser, base, session);
    const page = await warmPage(browser, base, session);
    if (measures('curve')) await curves(page);
    if (measures('scroll')) await scrolls(page);
    if (measures('patients')) await manyPatients(page);
    await browser.close();
  });
});
closeConnections();
