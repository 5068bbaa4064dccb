/** `npm run check`: types, lint, format, dead code, architecture and rules in three time zones. */
import { checks } from './checks.ts';
import { close } from './steps.ts';

process.exitCode = close(await checks());
