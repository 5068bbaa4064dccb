import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SmartClient } from '#access';
import { StartError } from '#kernel';

const appsSchema = z.array(
  z.object({
    clientId: z.string().regex(/^[\w.-]{3,64}$/),
    name: z.string().min(1),
    redirectUris: z.array(z.url()),
    /** Origins of its pages that may show ours in a frame: `https://logiciel.example`. */
    embedFrom: z
      .array(
        z
          .url({ protocol: /^https?$/ })
          .transform((url) => new URL(url))
          .refine(({ protocol, hostname }) => protocol === 'https:' || hostname === 'localhost', 'https, unless it is this machine')
          .transform(({ origin }) => origin),
      )
      .default([]),
    jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) }).optional(),
    /** FINESS of the practice that answers for it: it reads in the name of its professionals, by its key. */
    structure: z
      .string()
      .regex(/^\w{9}$/)
      .optional(),
  }),
);

export interface RegisteredApps {
  /** Absent when none is registered. */
  findApp: ((clientId: string) => Promise<SmartClient | undefined>) | undefined;
  /** Origins that may show our pages in a frame. */
  embedders: readonly string[];
  /** Origins of their own pages. */
  appOrigins: readonly string[];
}

/**
 * The software that the region registered, from its file.
 * @param more those of the demo region
 * @throws StartError when the file cannot be read, or is not a list of such software
 */
export function registeredApps(file: string | undefined, more: readonly SmartClient[] = []): RegisteredApps {
  if (file === undefined && more.length === 0) return { findApp: undefined, embedders: [], appOrigins: [] };
  const read = file === undefined ? [] : readApps(file);
  const known = read.map(({ clientId, name, redirectUris, jwks, structure }) => ({
    clientId,
    name,
    redirectUris,
    ...(jwks && { jwks }),
    ...(structure !== undefined && { structure }),
  }));
  const apps = new Map<string, SmartClient>([...more, ...known].map((app) => [app.clientId, app]));
  const origins = read.flatMap(({ redirectUris }) => redirectUris.map((uri) => new URL(uri).origin));
  return {
    findApp: async (clientId) => apps.get(clientId),
    embedders: [...new Set(read.flatMap(({ embedFrom }) => embedFrom))],
    // An address of another scheme than the web's has no origin.
    appOrigins: [...new Set(origins)].filter((origin) => origin !== 'null'),
  };
}

function readApps(file: string): z.infer<typeof appsSchema> {
  try {
    return appsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new StartError(
      `SMART_CLIENTS_FILE (${file}) is not a list of {clientId, name, redirectUris, jwks?, embedFrom?, structure?}: check that it exists and is JSON.`,
    );
  }
}
