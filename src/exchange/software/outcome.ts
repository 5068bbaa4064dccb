/** What became of a message handed to a software: as of a mail, in words of its own. */
export type SoftwareOutcome =
  /** `isFiled`: the software itself said that it has it. */
  | { kind: 'accepted'; reply: string; isFiled: boolean }
  | {
      kind: 'later';
      scope: 'domain' | 'mailbox';
      code: 'software.unreachable' | 'software.refuses-us' | 'software.not-now';
      reply: string;
      retryAfterSeconds?: number;
    }
  | { kind: 'refused'; code: 'software.refused' | 'software.unknown' | 'software.recall' | 'software.unwritable'; reply: string };
