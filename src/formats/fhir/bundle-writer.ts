import { createHash } from 'node:crypto';
import { compact, type Node } from './json.ts';

/** Collects the resources of a document, each under a `urn:uuid:` made of the document's identifier: the same report gives the same Bundle. */
export class BundleWriter {
  readonly #seed: string;
  readonly #entries: { fullUrl: string; resource: Node }[] = [];
  /** What was written already, by its JSON without subject: one laboratory is one Organization however often it is named. */
  readonly #known = new Map<string, string>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** An address for a resource that is written later: those that refer to one another need it first. */
  reserve(): string {
    const at = this.#entries.length;
    const hex = createHash('sha256').update(`${this.#seed} ${at}`).digest('hex');
    const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
    const fullUrl = `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    this.#entries.push({ fullUrl, resource: {} });
    return fullUrl;
  }

  fill(fullUrl: string, resource: Node): void {
    this.#entries.find((entry) => entry.fullUrl === fullUrl)!.resource = compact(resource);
  }

  /** @returns the reference to it */
  add(resource: Node): { reference: string } {
    const fullUrl = this.reserve();
    this.#entries.at(-1)!.resource = compact(resource);
    return { reference: fullUrl };
  }

  /** The same, once for all that say the same. */
  addOnce(resource: Node): { reference: string } {
    const key = JSON.stringify(resource);
    const known = this.#known.get(key);
    if (known !== undefined) return { reference: known };
    const { reference } = this.add(resource);
    this.#known.set(key, reference);
    return { reference };
  }

  entries(): readonly { fullUrl: string; resource: Node }[] {
    return this.#entries;
  }
}
