import { readFile } from 'node:fs/promises';
import { Refusal } from '#kernel';
import { watchRecord, type Watching } from './record-watch.ts';
import { documentAt, fichesAt } from './sharing-client.ts';

/**
 * The documents of a patient that changed since an instant, with their bytes.
 * @param at.tokenOf the bearer that speaks for a professional, when each patient is read in the name of theirs; otherwise it is what `tokenFile` holds at
 * each asking: whoever renews it writes the file
 */
export function sharedRecordAt({ base, zone, ...by }: { base: string; zone: string } & Credentials) {
  return {
    ...('tokenOf' in by && {
      follow: (doctor: string, deps: Omit<Watching, 'base' | 'zone' | 'token'>) =>
        watchRecord({ base, zone, token: () => by.tokenOf(doctor), ...deps }),
    }),
    async changed(
      ins: string,
      since: Date | undefined,
      doctor?: string,
    ): Promise<{ reference: string; bytes: Buffer; mediaType: string }[]> {
      const token = 'tokenOf' in by ? await by.tokenOf(doctor ?? '') : await tokenIn(by.tokenFile);
      const peer = { base: base.replace(/\/+$/, ''), token, sourceId: '', zone };
      const found: { reference: string; bytes: Buffer; mediaType: string }[] = [];
      for (const fiche of await fichesAt(peer, ins, since))
        found.push({ reference: String(fiche['id']), ...(await documentAt(peer, fiche)) });
      return found;
    },
  };
}

type Credentials = { tokenFile: string } | { tokenOf: (professional: string) => Promise<string> };

/** @throws Refusal `store.unavailable`: a token that is not there yet is waited for */
async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Refusal('store.unavailable', 'the token of the record cannot be read', { at: 'tokenFile', cause: error });
  }
}
