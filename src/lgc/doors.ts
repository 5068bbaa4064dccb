import type { FastifyRequest } from 'fastify';
import type { User } from './contract.ts';
import type { News } from './news.ts';
import type { visit } from './sessions.ts';
import type { TakeFilingDeps } from './take-filing.ts';

export interface LgcDeps extends TakeFilingDeps {
  /** IANA zone of the practice: days of absence are its days. */
  zone: string;
  /** Secret that the connector shows. */
  connectorToken: string;
  /** Folder of the browser part as built, with `practice.html`; absent in tests. */
  webFolder?: string | undefined;
  /** Address of Cigogne, for the link from a patient. */
  cigogne?: string | undefined;
  /**
   * Sends a mail to the mailbox of a patient, which their INS names; absent: the practice has no mailbox.
   * @returns whether the operator took it
   */
  writeToPatient?: ((mail: PatientMail) => Promise<boolean>) | undefined;
  /** Something was decided: the connector need not wait for its next round. */
  wake: () => void;
  onError: (error: unknown) => void;
}

export interface PatientMail {
  ins: string;
  /** Who writes. */
  byName: string;
  subject: string;
  words: string;
}

/** What each group of routes is given: who asks, and the one door. */
export interface Doors {
  deps: LgcDeps;
  /** Tells the open pages. */
  news: News;
  /** @throws Refusal `access.unauthenticated` */
  userOf: (request: FastifyRequest) => User;
  visit: <T>(asked: Parameters<typeof visit>[1], work: Parameters<typeof visit<T>>[2]) => Promise<T>;
}
