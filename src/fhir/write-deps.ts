import type { Principal } from '#access';
import type { FhirDeps } from './door.ts';
import type { JsonObject } from './json.ts';

export interface BatchEntry {
  fullUrl?: string;
  resource?: JsonObject;
  request: { method: string; url: string; ifNoneExist?: string };
}

/** What the journey of a report answers about its deposit. */
export interface Deposited {
  receipt: { depositId: string; state: string; documentId: string | null; receivedAt: string };
  isNew: boolean;
}

export interface WriteDeps extends FhirDeps {
  /** Takes a laboratory report all the way: the same journey as by every other door. @throws Refusal */
  deposit(arrival: { bytes: Buffer; mediaType: string; sender: Principal; receivedAt: Date }): Promise<Deposited>;
}
