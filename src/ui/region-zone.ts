/** An IANA name, or UTC: a language said in its place is told by the compiler. */
export type Zone = 'UTC' | `${string}/${string}`;

/**
 * Zone of the region (IANA): a sampling at 07:42 stays 07:42 wherever it is read. The server says it with the session, before any page is
 * drawn; until then, that of France. Those who import it read what was told last.
 */
export let REGION_ZONE: Zone = 'Europe/Paris';

/** @param zone as the server, which checked it when it started, says it */
export function setRegionZone(zone: string): void {
  REGION_ZONE = zone as Zone;
}
