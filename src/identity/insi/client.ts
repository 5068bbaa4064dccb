import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { randomUUID } from 'node:crypto';
import type { Traits } from '../contract.ts';
import { wordsOf } from '../traits.ts';
import { ACTIONS, type CardBearer, type InsiAnswer, readAnswer, type Software, writeCardQuery, writeTraitsQuery } from './messages.ts';

/** The national service, as this region asks it. Each throws when it does not answer: ask again later. */
export interface Insi {
  /** Who has these traits. The first given name is asked about, then the whole list when that finds nobody (RNIV). */
  searchByTraits(traits: Traits): Promise<InsiAnswer>;
  /** Whose card this is. */
  searchByCard(bearer: CardBearer): Promise<InsiAnswer>;
}

export interface InsiSettings {
  url: string;
  /** Certificate and key of this organisation (IGC-Santé), PEM; absent where the address is plain http. */
  certificate?: { cert: string; key: string } | undefined;
  software: Software;
}

/** The service is slow on some days, and nobody waits for it: a request is only given up when it surely failed. */
const TIMEOUT_MS = 20_000;
/** An answer holds one identity. */
const MOST_BYTES = 256 * 1024;

export function insiClient(settings: InsiSettings): Insi {
  const envelope = () => ({ messageId: randomUUID(), software: settings.software, now: new Date() });
  const ask = async (action: keyof typeof ACTIONS, body: string) => readAnswer(await post(settings, ACTIONS[action], body));
  return {
    async searchByTraits(traits) {
      const answer = await ask('traits', writeTraitsQuery(traits, traits.firstBirthGiven, envelope()));
      const isSameName = wordsOf(traits.birthGivens).join() === wordsOf(traits.firstBirthGiven).join();
      if (answer.found !== 'none' || isSameName) return answer;
      return ask('traits', writeTraitsQuery(traits, traits.birthGivens, envelope()));
    },
    searchByCard: (bearer) => ask('card', writeCardQuery(bearer, envelope())),
  };
}

function post({ url, certificate }: InsiSettings, action: string, body: string): Promise<Buffer> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      timeout: TIMEOUT_MS,
      ...certificate,
      headers: {
        'content-type': `application/soap+xml; charset=utf-8; action="${action}"`,
        'content-length': Buffer.byteLength(body),
      },
    });
    request.on('timeout', () => request.destroy(new Error(`INSi did not answer within ${TIMEOUT_MS} ms`)));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES) request.destroy(new Error('the answer of INSi is too long'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks));
        else reject(new Error(`INSi answered ${response.statusCode}`));
      });
    });
    request.end(body);
  });
}
