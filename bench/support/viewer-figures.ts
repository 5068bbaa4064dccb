import type { Browser, Page } from '@playwright/test';
import { patientIdOf } from '#demo';
import { call } from './server.ts';
import { heavy, READ } from './viewer-region.ts';

/** The measures of the viewer, each told on a line beside what is promised. */
const TIMES = 20;
/** Asked before and not counted: a server that has run for a while has compiled what it runs, and has ended what follows a deposit. */
const UNCOUNTED = 15;
/** Beyond, a page that shows nothing is a fault to tell, and no figure. */
const PATIENCE_MS = 15_000;

/**
 * Told by the page itself: when a row of results that was not there before is painted, in milliseconds since `start`; or `undefined` when the page
 * says that there is none.
 */
const WATCH = `
  window.watchRows = (start) => new Promise((resolve, reject) => {
    const before = document.querySelector('.bio-grid');
    const look = () => {
      const grid = document.querySelector('.bio-grid');
      if (performance.now() - start > ${PATIENCE_MS}) return reject(new Error('nothing painted at ' + location.pathname + ': ' + document.body.innerText.slice(0, 200)));
      const isThere = grid && grid !== before && grid.querySelector('td[data-row], .bio-state');
      if (!isThere) return requestAnimationFrame(look);
      const ms = () => (grid.querySelector('.bio-state') ? undefined : performance.now() - start);
      requestAnimationFrame(() => resolve(ms()));
    };
    look();
  });
  window.firstRow = window.watchRows(0);
`;
declare global {
  interface Window {
    watchRows(start: number): Promise<number | undefined>;
    firstRow: Promise<number | undefined>;
  }
}

const addressOf = (patientId: string) => `/patients/${patientId}/biology?period=all`;

function tellSpread(what: string, times: readonly number[], promise: string): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(0);
  console.log(`${what.padEnd(52)} median ${at(0.5)} ms, p95 ${at(0.95)} ms of ${times.length}   (promised ${promise})`);
}

const timesOf = async (work: (n: number) => Promise<number>): Promise<number[]> => {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n++) times.push(await work(n));
  return times;
};

export async function serverAnswers(base: string, session: string): Promise<void> {
  const ask = async () => {
    const from = performance.now();
    const { text } = await call(`${base}/api/patients/${heavy}/biology`, { headers: { cookie: `cigogne=${session}` } });
    return { ms: performance.now() - from, text };
  };
  for (let n = 1; n < UNCOUNTED; n++) await ask();
  const { text } = await ask();
  const { reports } = JSON.parse(text) as { reports: { sampledAt: string; results: unknown[] }[] };
  const days = reports.map(({ sampledAt }) => sampledAt.slice(0, 10)).toSorted();
  const results = reports.reduce((sum, report) => sum + report.results.length, 0);
  console.log(`the patient has ${results} results in ${reports.length} reports, from ${days[0]} to ${days.at(-1)}`);
  tellSpread('the server answers all biology of the patient', await timesOf(async () => (await ask()).ms), '< 50');
}

async function pageFor(browser: Browser, base: string, session: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width: 1440, height: 900 },
    locale: 'fr-FR',
    timezoneId: 'Europe/Paris',
  });
  await context.addCookies([{ name: 'cigogne', value: session, url: base }]);
  await context.addInitScript(WATCH);
  return context.newPage();
}

/** A new profile each time: nothing in the cache. Also weighs the scripts that come before the first row. */
export async function coldPages(browser: Browser, base: string, session: string): Promise<void> {
  let weight = 0;
  const times = await timesOf(async () => {
    const page = await pageFor(browser, base, session);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    const scripts = new Set<string>();
    let bytes = 0;
    cdp.on('Network.responseReceived', ({ requestId, type }) => void (type === 'Script' && scripts.add(requestId)));
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) bytes += encodedDataLength;
    });
    await page.goto(addressOf(heavy));
    const painted = await page.evaluate(() => window.firstRow);
    weight = bytes;
    await page.context().close();
    return painted!;
  });
  tellSpread('empty cache to the first painted row', times, '< 800');
  console.log(`script before the first row, as sent (compressed): ${(weight / 1_000).toFixed(0)} kB   (promised ≤ 250)`);
}

/** A page of the heavy patient, painted. */
export async function warmPage(browser: Browser, base: string, session: string): Promise<Page> {
  const page = await pageFor(browser, base, session);
  await page.goto(addressOf(heavy));
  await page.evaluate(() => window.firstRow);
  return page;
}

const change = (page: Page, patientId: string): Promise<number | undefined> =>
  page.evaluate((address) => {
    const painted = window.watchRows(performance.now());
    window.history.pushState({}, '', address);
    window.dispatchEvent(new PopStateEvent('popstate'));
    return painted;
  }, addressOf(patientId));

/** From the key to the canvas of the curve. */
const openCurve = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'g', bubbles: true }));
        const look = () => {
          if (!document.querySelector('.bio-figure canvas')) return requestAnimationFrame(look);
          requestAnimationFrame(() => resolve(performance.now() - start));
        };
        look();
      }),
  );

export async function curves(page: Page): Promise<void> {
  const times = await timesOf(async () => {
    await page.locator('td[data-row]').nth(12).focus();
    const ms = await openCurve(page);
    await page.keyboard.press('Escape');
    await page.locator('td[data-row]').first().waitFor();
    return ms;
  });
  console.log(`the very first curve, its script included: ${times[0]!.toFixed(0)} ms`);
  tellSpread('a curve opens', times.slice(1), '< 80');
}

export async function scrolls(page: Page): Promise<void> {
  const frames = await page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const box = document.querySelector('.bio-grid')!;
        const found: number[] = [];
        let last = performance.now();
        const step = (now: number) => {
          found.push(now - last);
          last = now;
          box.scrollTop += found.length % 120 < 60 ? 48 : -48;
          box.scrollLeft += found.length % 80 < 40 ? 60 : -60;
          if (found.length < 300) requestAnimationFrame(step);
          else resolve(found.slice(2));
        };
        requestAnimationFrame(step);
      }),
  );
  tellSpread('a frame while the grid of 5,000 results scrolls', frames, '≤ 20 at p95');
}

async function heapBytes(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  await cdp.detach();
  return usedSize;
}

/** Some people of the region have no result on the grid: their page is opened too, and is no figure. */
export async function manyPatients(page: Page): Promise<void> {
  const times: number[] = [];
  let at50 = 0;
  for (let k = 4; k <= READ; k++) {
    const ms = await change(page, patientIdOf(1, k));
    if (times.length < TIMES && ms !== undefined) times.push(ms);
    if (k === 50) at50 = await heapBytes(page);
  }
  tellSpread('another patient, to the painted grid', times, '< 200');
  const more = ((await heapBytes(page)) - at50) / 1e6;
  console.log(
    `memory after collection, patient ${READ} against patient 50: ${more.toFixed(1)} MB more of ${(at50 / 1e6).toFixed(1)} MB   (promised ≤ 10)`,
  );
  const toHeavy = await timesOf(async (n) => {
    await change(page, patientIdOf(1, 10 + n));
    return (await change(page, heavy))!;
  });
  tellSpread('from another to the patient of 5,000 results', toHeavy, '< 200');
}
