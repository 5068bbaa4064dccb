import type { FhirSharing } from '#exchange';
import { handAt, publicationOf, publishedIn, resultsTransaction, type SharingRequest, withdrawalOf } from '#fhir';
import { Refusal, REFUSALS } from '#kernel';

type Wait = { retryAfterSeconds?: number };

/** Whether a server of documents said no for good (`refused`), does not take our token, or is to be asked again, and not before so many seconds when it says so. */
export function sharingFault(error: unknown): { kind: 'refused' | 'refuses-us' | 'unreachable'; reply: string; wait: Wait } {
  if (!(error instanceof Refusal)) return { kind: 'unreachable', reply: error instanceof Error ? error.name : '', wait: {} };
  const { code, retryAfterSeconds } = error;
  const wait = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  if (code === 'access.unauthenticated') return { kind: 'refuses-us', reply: code, wait };
  return { kind: REFUSALS[code].retry ? 'unreachable' : 'refused', reply: code, wait };
}

/** Sharing of documents (IHE MHD) as software of hospitals and practices takes it; requests are text: a line, a blank one, the body. */
export const fhirSharing: FhirSharing = {
  publication: (document, of, now) => textOf(publicationOf([document], of, now)),
  results: (report, zone) => textOf(resultsTransaction(report, zone)),
  withdrawal: (publication, zone) => textOf(withdrawalOf(publishedIn(requestOf(publication)), zone)),
  async hand(to, request) {
    try {
      // What tells its origin and its time zone is in the request already.
      await handAt({ ...to, sourceId: '', zone: 'UTC' }, requestOf(request));
      return { kind: 'accepted', reply: 'FHIR 2xx', isFiled: true };
    } catch (error) {
      const { kind, reply, wait } = sharingFault(error);
      if (kind === 'refused') return { kind, code: 'software.refused', reply };
      return { kind: 'later', scope: 'domain', code: `software.${kind}`, reply, ...wait };
    }
  },
};

const textOf = ({ method, path, body }: SharingRequest): string =>
  `${method} ${path || '/'}\ncontent-type: application/fhir+json\n\n${body}`;

function requestOf(text: string): SharingRequest {
  const end = text.indexOf('\n\n');
  const [method, path = ''] = text.slice(0, text.indexOf('\n')).split(' ');
  return { method: method === 'PATCH' ? 'PATCH' : 'POST', path: path === '/' ? '' : path, body: text.slice(end + 2) };
}
