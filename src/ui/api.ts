import { takeAnswer } from './ahead.ts';

/** What the server answers when it says no: the closed codes of refusals, and what to do. */
export interface RefusalBody {
  code: string;
  at: string | null;
  message: string;
  remedy: string;
  retry: boolean;
}

/** The server said no, or could not answer. `code` is `network.lost` when nobody answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly body: RefusalBody | undefined;

  constructor(status: number, code: string, message: string, body?: RefusalBody) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

export interface ApiOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as they are, under `contentType`. */
  bytes?: Blob;
  contentType?: string;
  /** What is awaited; `json` when absent. */
  answer?: 'json' | 'bytes';
  signal?: AbortSignal;
}

/**
 * One call to our own server, in the session of the reader. The answer has the shape of the contract named by the caller:
 * it comes from our own code, so it is typed and not checked again.
 * @throws ApiError
 */
export async function api<Answer>(path: string, options: ApiOptions = {}): Promise<Answer> {
  const { method = 'GET', signal } = options;
  const sent = sentBy(options);
  const response = await reach(path, {
    method,
    credentials: 'same-origin',
    headers: { accept: 'application/json', ...(sent ? { 'content-type': sent.type } : {}) },
    ...(sent ? { body: sent.body } : {}),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await refused(response);
  if (options.answer === 'bytes') return (await response.blob()) as Answer;
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

function sentBy({ body, bytes, contentType }: ApiOptions): { type: string; body: Blob | string } | undefined {
  if (bytes) return { type: contentType ?? 'application/octet-stream', body: bytes };
  return body === undefined ? undefined : { type: 'application/json', body: JSON.stringify(body) };
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    const asked = init.method === 'GET' ? takeAnswer(path) : undefined;
    return await (asked ?? fetch(path, init));
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError(0, 'network.lost', 'the server did not answer');
  }
}

async function refused(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const said = body && typeof body === 'object' && 'code' in body ? (body as RefusalBody) : undefined;
  const code = said?.code ?? (response.status >= 500 ? 'server.failed' : `http.${response.status}`);
  return new ApiError(response.status, code, said?.message ?? response.statusText, said);
}
