import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SmartClient } from '#access';
import { StartError } from '#kernel';

const appsSchema = z.array(
  z.object({
    clientId: z.string().regex(/^[\w.-]{3,64}$/),
    name: z.string().min(1),
    redirectUris: z.array(z.url()),
    jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) }).optional(),
  }),
);

/**
 * The software that the region registered, from its file.
 * @returns undefined when none is
 * @throws StartError when the file cannot be read, or is not a list of such software
 */
export function registeredApps(file: string | undefined): ((clientId: string) => Promise<SmartClient | undefined>) | undefined {
  if (file === undefined) return undefined;
  const apps = new Map(readApps(file).map((app) => [app.clientId, app]));
  return async (clientId) => apps.get(clientId);
}

function readApps(file: string): SmartClient[] {
  try {
    return appsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).map(({ jwks, ...app }) => ({ ...app, ...(jwks && { jwks }) }));
  } catch {
    throw new StartError(
      `SMART_CLIENTS_FILE (${file}) is not a list of {clientId, name, redirectUris, jwks?}: check that it exists and is JSON.`,
    );
  }
}
