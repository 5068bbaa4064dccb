import { readFileSync } from 'node:fs';
import { afterIdentityDecision, type ReceiveDeps } from '#flows';
import { insiClient, type InsiSettings, type NationalIdentity, startInsi, startInsiDouble } from '#identity';
import { type Config, StartError } from '#kernel';

export interface AskInsiDeps {
  config: Config;
  /** What a document that was waiting needs to go on. */
  journey: ReceiveDeps;
  /** Whom the stand-in knows, in a demo. */
  register?: ((birthDate: string) => Promise<readonly NationalIdentity[]>) | undefined;
  onError: (error: unknown) => void;
}

/**
 * Has the national INSi service asked about the identities of the region, for as long as the server runs: the real one where its address is
 * given, else a stand-in in a demo, else nobody (the questions wait in the database).
 * @returns how to stop
 */
export async function askInsi({ config, journey, register, onError }: AskInsiDeps): Promise<() => Promise<void>> {
  const double = config.INSI_URL === undefined && register ? await startInsiDouble(register) : undefined;
  const url = config.INSI_URL ?? double?.url;
  if (url === undefined) return async () => {};
  const settings: InsiSettings = {
    url,
    certificate: certificateOf(config),
    software: { idam: config.INSI_IDAM, name: 'Cigogne', version: '0.1.0' },
  };
  const { db, mode } = journey;
  const stop = startInsi({ db, insi: insiClient(settings), mode, after: afterIdentityDecision(journey), onError });
  return async () => {
    await stop();
    await double?.stop();
  };
}

function certificateOf({ INSI_CERTIFICATE_FILE: cert, INSI_KEY_FILE: key }: Config): InsiSettings['certificate'] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new StartError('INSI_CERTIFICATE_FILE and INSI_KEY_FILE go together: set both, or neither.');
  try {
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } catch {
    throw new StartError(
      'INSI_CERTIFICATE_FILE or INSI_KEY_FILE cannot be read: check that they exist and that this account may read them.',
    );
  }
}
