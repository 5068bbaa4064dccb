import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

let read: { regular: Uint8Array; bold: Uint8Array } | undefined;

/** Inter (SIL Open Font License), the face of the screens: read once, its used letters go into each file. */
export function fonts(): { regular: Uint8Array; bold: Uint8Array } {
  const { resolve } = createRequire(import.meta.url);
  read ??= {
    regular: readFileSync(resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')),
    bold: readFileSync(resolve('@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf')),
  };
  return read;
}
