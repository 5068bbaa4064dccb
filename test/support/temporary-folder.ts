import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** A new empty folder, removed with the database of the run. */
export const temporaryFolder = (name: string): string => mkdtempSync(join(inject('folder'), `${name}-`));
