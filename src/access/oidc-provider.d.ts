/** The part of oidc-provider 9 that Cigogne uses: the package ships no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Adapter {
    upsert(id: string, payload: Record<string, unknown>, expiresIn?: number): Promise<void>;
    find(id: string): Promise<Record<string, unknown> | undefined>;
    findByUid(uid: string): Promise<Record<string, unknown> | undefined>;
    findByUserCode(userCode: string): Promise<Record<string, unknown> | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface Context {
    type: string;
    body: unknown;
    status: number;
    req: IncomingMessage;
    set(header: string, value: string): void;
    oidc: {
      provider: Provider;
      client: { clientId: string };
      params?: Record<string, unknown>;
      entities?: { AuthorizationCode?: { scope?: string }; RefreshToken?: { scope?: string } };
      session: { accountId: string };
      /** What the step before answered. */
      result?: { login?: { accountId: string } };
    };
  }

  export const interactionPolicy: {
    base(): { get(prompt: 'login'): { checks: { add(check: object): void } } };
    /** `isNeeded`: must the person answer before going on? */
    Check: new (
      reason: string,
      description: string,
      error: string,
      isNeeded: (context: Context) => boolean,
    ) => object;
  };

  export class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    /** Trust X-Forwarded-Proto and -Host. */
    proxy: boolean;
    Grant: new (properties: {
      clientId: string;
      accountId: string;
    }) => Grant;
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionDetails(
      request: IncomingMessage,
      response: ServerResponse,
    ): Promise<{ uid: string; prompt: { name: string }; params: Record<string, unknown> }>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: { login: { accountId: string; remember?: boolean } } | { error: string; error_description?: string },
    ): Promise<void>;
    on(event: 'server_error', listener: (context: Context, error: Error) => void): this;
  }
}
