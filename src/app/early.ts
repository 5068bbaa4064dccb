/**
 * The first script of every page, small: asks the server for what the page will need, and fetches the page's own parts, while the scripts that
 * draw are on their way. No more than the page itself asks: who is signed in and the patient, then what is read of them.
 */
import type { SessionInfo } from '#access/contract';
import { applyPreferences, askAhead, forgetAhead, listenAhead, readPreferences, sendAhead } from '#ui/contract';
import { fetchWords } from './messages.ts';
import type { OpenedPatient } from './patient-query.ts';

/** The address of a patient, with or without its page: the viewer of biology. */
const VIEWER = /^\/patients\/([0-9a-f-]{36})(?:\/biology)?\/?$/i;
/** By then the page has taken what it came for, or it is another page. */
const FORGOTTEN_MS = 10_000;
/** The page is drawn then, whether or not the server has answered. */
const RUN_MS = 80;

const patientId = VIEWER.exec(window.location.pathname)?.[1];
/** The page of a practice's software, served elsewhere, shares the file that this is in, and has no place of this name. */
const root = document.getElementById('root');
if (root) begin(root);

function begin(place: HTMLElement): void {
  const preferences = readPreferences();
  applyPreferences(preferences);
  const asked = askForPage().catch(() => {});
  void fetchWords(preferences.language).catch(() => {});
  setTimeout(forgetAhead, FORGOTTEN_MS);
  /* The first date of a page costs what the browser must know of all languages, some 10 ms: paid now, while it waits for the scripts. */
  new Intl.DateTimeFormat(preferences.language, { timeZone: 'Europe/Paris' }).format();
  /* The scripts are on their way since the first line of the page. To run them takes the page's one thread: the record is asked for first. */
  void draw(place, asked);
}

async function draw(place: HTMLElement, asked: Promise<void>): Promise<void> {
  await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, RUN_MS))]);
  if (patientId !== undefined) void import('./patient-biology.page.tsx').catch(() => {});
  const { start } = await import('./main.tsx');
  start(place);
}

async function askForPage(): Promise<void> {
  if (patientId === undefined) return void askAhead<SessionInfo>('/api/session').catch(() => {});
  const path = `/api/patients/${encodeURIComponent(patientId)}`;
  sendAhead('/api/biology/catalogue');
  // Of nobody signed in, the second is refused like any page's, and the first tells why.
  const [session, opened] = await Promise.all([askAhead<SessionInfo>('/api/session'), askAhead<OpenedPatient>(path)]);
  // Refused, or merged into another record: the page goes elsewhere.
  if (!session?.person || opened?.patient.patientId !== patientId) return;
  listenAhead(`${path}/events`);
  sendAhead(`${path}/biology`);
  if (session.person.patientId !== patientId) sendAhead(`${path}/follow-up`);
}
