import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SharedOutcome, SharedRecords } from '#exchange';
import { publishAt, withdrawAt } from '#fhir';
import { type Config, StartError } from '#kernel';
import { sharingFault } from './fhir-sharing.ts';

const fileSchema = z.array(
  z.strictObject({
    id: z.string().regex(/^[a-z0-9-]{2,30}$/),
    name: z.string().trim().min(1).max(100),
    base: z.url({ protocol: /^https?$/ }),
    tokenFile: z.string().min(1),
    /** OID by which this region is known there as a source of documents. */
    sourceId: z.string().regex(/^[0-9.]{3,64}$/),
  }),
);

/**
 * The shared records of SHARED_RECORDS_FILE, where documents are published as PDSm does (ITI-65). Tokens are read again at each publication: whoever
 * renews them writes the file.
 * @throws StartError a file that cannot be read, or says something else
 */
export function sharedRecordsOf({ SHARED_RECORDS_FILE: file, REGION_TIME_ZONE: zone }: Config): SharedRecords {
  if (file === undefined) {
    const nobody = async () => ({ kind: 'refused' as const, code: 'shared.unknown' as const, reply: '' });
    return { records: [], publish: nobody, withdraw: nobody };
  }
  const given = readList(file);
  const peerOf = (id: string) => {
    const { base, tokenFile, sourceId } = given.find((one) => one.id === id)!;
    return { base: base.replace(/\/+$/, ''), token: readFileSync(tokenFile, 'utf8').trim(), sourceId, zone };
  };
  return {
    records: given.map(({ id, name, base }) => ({ id, name, host: new URL(base).hostname })),
    async publish(id, document, now) {
      try {
        const [entry] = await publishAt(peerOf(id), [document], now);
        return { kind: 'accepted', reply: `${entry?.status ?? ''} ${entry?.location ?? ''}`.trim() };
      } catch (error) {
        return outcomeOf(error, 'shared.refused');
      }
    },
    async withdraw(id, bytes) {
      try {
        await withdrawAt(peerOf(id), bytes);
        return { kind: 'accepted', reply: '200' };
      } catch (error) {
        return outcomeOf(error, 'shared.recall');
      }
    },
  };
}

/** What the server said no to is for a person; anything else is tried again. */
function outcomeOf(error: unknown, code: 'shared.refused' | 'shared.recall'): SharedOutcome {
  const { kind, reply, wait } = sharingFault(error);
  if (kind === 'refused') return { kind, code, reply };
  return { kind: 'later', scope: 'domain', code: `shared.${kind}`, reply, ...wait };
}

function readList(file: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it cannot be read as JSON';
    throw new StartError(`SHARED_RECORDS_FILE (${file}): ${why}`);
  }
}
