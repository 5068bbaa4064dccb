import { isIP } from 'node:net';
import { z } from 'zod';
import type { SoftwareDestination, SoftwareLink } from '../contract.ts';
import type { Candidate } from '../rules.ts';

/** The software of hospitals and practices as destinations: how they are written down, and when a document concerns one. */

const PREFIX = 'software:';

/** Plain text may not leave the machine: what carries a patient's name goes over TLS. */
const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const oneLine = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}|^~\\&]+$/u, 'letters, digits, blanks');

const linkSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('fhir'),
      base: z.url({ protocol: /^https?$/ }).max(300),
      /** OID by which this region is known there as a source of documents. */
      sourceId: z.string().regex(/^[0-2](\.\d+){2,30}$/),
      results: z.enum(['document', 'resources']).exactOptional(),
    })
    .refine(
      ({ base }) => base.startsWith('https:') || isThisMachine(new URL(base).hostname),
      'https, unless the server is on this machine',
    ),
  z
    .strictObject({
      kind: z.literal('hl7'),
      host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/),
      port: z.number().int().min(1).max(65_535),
      isTls: z.boolean(),
      results: z.enum(['oru', 'mdm']),
      application: oneLine(180).optional(),
      facility: oneLine(180).optional(),
    })
    .refine(({ host, isTls }) => isTls || isThisMachine(host), 'TLS, unless the software is on this machine'),
  z.strictObject({ kind: z.literal('folder'), format: z.enum(['xdm', 'cda', 'hl7', 'hprim', 'pdf']) }),
]);

/** The whole list, as it is put in force. */
export const softwareSchema = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]{2,30}$/),
      name: z.string().trim().min(1).max(100),
      serves: z
        .array(z.string().regex(/^[0-9AB]{9}$/))
        .min(1)
        .max(200),
      link: linkSchema,
    }),
  )
  .max(500)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two destinations have the same id');

export const isSoftware = ({ recipient }: { recipient: string }): boolean => recipient.startsWith(PREFIX);

export const idOfSoftware = (recipient: string): string => recipient.slice(PREFIX.length);

/** Its circuit: two destinations at one place fail together. */
function placeOf(id: string, link: SoftwareLink): string {
  switch (link.kind) {
    case 'fhir':
      return new URL(link.base).host;
    case 'hl7':
      return `${link.host}:${link.port}`;
    case 'folder':
      return `${id}.folder`;
  }
}

export const addressOfSoftware = ({ id, link }: SoftwareDestination): string => `${id}@${placeOf(id, link)}`;

/** Only these say to the software that a document is hidden from its patient, as it has to hide it too: resources of results have no place for it. */
const saysHidden = (link: SoftwareLink): boolean =>
  (link.kind === 'fhir' && link.results !== 'resources') || (link.kind === 'folder' && link.format === 'xdm');

/**
 * The software that a document concerns: that of a place where somebody works whom it names, or that an earlier version of it reached.
 * @param places FINESS of where those whom it names work
 * @param reached recipients of earlier versions
 * @param shutOut whom the patient shut out of their record: `rpps:8…`, `finess:…`
 */
export function softwareConcerned(
  all: readonly SoftwareDestination[],
  { places, reached, shutOut }: { places: ReadonlySet<string>; reached: ReadonlySet<string>; shutOut: ReadonlySet<string> },
): Candidate[] {
  return all.flatMap((one): Candidate[] => {
    const { id, name, serves, link } = one;
    const recipient = `${PREFIX}${id}`;
    const isNamed = serves.some((finess) => places.has(finess));
    if (!isNamed && !reached.has(recipient)) return [];
    return [
      {
        role: 'software',
        recipient,
        name,
        found: { addresses: [addressOfSoftware(one)] },
        isFollowing: !isNamed,
        isShutOut: serves.some((finess) => shutOut.has(`finess:${finess}`)),
        ...(!saysHidden(link) && { saysNothingHidden: true }),
      },
    ];
  });
}
