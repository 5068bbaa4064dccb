/**
 * The house, floor by floor. A module knows only the floors below its own, and only by their front door (`#name`).
 * Read by test/architecture.test.ts; why each module stands where it stands is told in ARCHITECTURE.md.
 */
export const FLOORS: readonly (readonly string[])[] = [
  /* 0 no health knowledge */ ['kernel', 'ui'],
  /* 1 pure: bytes ⇄ values, codes and units */ ['formats', 'terminology'],
  /* 2 who may see what, and the trail of it */ ['access'],
  /* 3 who is it, who sent it, by which door */ ['identity', 'directory', 'transports'],
  /* 4 what is kept */ ['record'],
  /* 5 what is made of it: one folder a capability */ ['biology', 'mapping', 'fhir', 'exchange', 'letters', 'mail', 'practice'],
  /* 6 what happens, one file a flow; the software of a practice */ ['flows', 'lgc'],
  /* 7 wiring: server, browser shell, command line, demo region */ ['server', 'app', 'demo', 'cli'],
];
