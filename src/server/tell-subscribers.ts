import { callHooks } from '#fhir';
import type { Config, Db } from '#kernel';
import { registeredApps } from './registered-apps.ts';

/**
 * Calls the hooks that registered software asked for, when the region registered any.
 * @param url by which clients reach this server
 * @returns how to stop
 */
export function tellSubscribers({
  config,
  db,
  url,
  onError,
}: {
  config: Config;
  db: Db;
  url: string;
  onError: (error: unknown) => void;
}): () => Promise<void> {
  const { findApp } = registeredApps(config.SMART_CLIENTS_FILE);
  if (!findApp) return async () => {};
  const isRegistered = async (clientId: string) => (await findApp(clientId)) !== undefined;
  return callHooks({ db, zone: config.REGION_TIME_ZONE, base: `${url.replace(/\/+$/, '')}/fhir`, isRegistered, onError });
}
