/** What a person does about each reason for which something did not leave or did not arrive; screens take their words by the same codes. */
const REMEDIES = {
  'recipient.none': 'The document names no prescriber and no copy: send it by hand, or have the laboratory name who ordered it.',
  'recipient.unidentified': 'The recipient has no RPPS in the document: have the laboratory add it, then replay.',
  'recipient.unknown': 'The directory does not know this RPPS: import the latest national extract, then replay.',
  'rule.none': 'No rule says what to do for this recipient: add one to the rules of the region, then replay.',
  'rule.hold': 'A rule of the region asks a person to decide: replay to send it, or leave it in the record.',
  'former.there':
    'They have an earlier version that this one replaces: replay asks them to withdraw it; else change the rule, or call them.',
  'former.recalled': 'They were asked to withdraw the earlier version that they had: nothing to do.',
  'patient.unqualified': 'The identity is not qualified: have it checked, then replay; until then nothing leaves for the patient.',
  'address.none': 'This professional has no MSSanté address: call them, or print; replay once they have one.',
  'address.outside': 'The address is outside of the trusted list of operators: nothing may leave for it.',
  'address.refused': 'The operator says that this mailbox does not exist: import the latest national extract, then replay.',
  'mailbox.full': 'The mailbox is full: tell its owner, then replay.',
  'mailbox.unavailable': 'The operator of the mailbox answered "later" for too long: call it, then replay.',
  'message.too-large': 'The mail is larger than the operator takes: the reader finds the document in the record.',
  'message.refused': 'The operator refused the message: read its words in the trace, mend, then replay.',
  'operator.refused': 'The operator refuses by policy: check the certificate and the sending address, then replay.',
  'relay.unreachable': 'Our operator does not answer: nothing to do, it is tried again by itself.',
  'relay.refuses-us': 'Our operator refuses our certificate or session: check the certificate; it is tried again by itself.',
  'shared.unreachable': 'The shared record does not answer: nothing to do, it is tried again by itself for three days.',
  'shared.refuses-us': 'The shared record does not take our token: write a new one; it is tried again by itself.',
  'shared.refused': 'The shared record refused the document: read its code in the trace, mend, then replay.',
  'shared.unknown': 'This shared record is no longer configured: leave the document in the record, or configure it and replay.',
  'shared.recall': 'A shared record did not let us withdraw what it took: ask its operator, naming the document.',
  'software.unreachable': 'The software does not answer: nothing to do, it is tried again by itself for three days.',
  'software.refuses-us': 'The software does not take our token or certificate: write a new one; it is tried again by itself.',
  'software.not-now': 'The software could not take it (AE): it is tried again for an hour, then a person is asked.',
  'software.refused': 'The software refused the document: read its code in the trace, mend, then replay.',
  'software.unknown': 'This software is no longer a destination: put it back and replay, or leave the document in the record.',
  'software.unwritable': 'The document cannot be said in the format of this software: change its format, then replay.',
  'software.recall': 'A software did not let us withdraw what it took: ask who runs it, naming the document; replay asks again.',
  'document.gone': 'The document left the record before it was sent.',
  'document.unreadable': 'The document could not be written as an archive: read the fault in the trace, then replay.',
} as const;
export type Reason = keyof typeof REMEDIES;

export const remedyOf = (reason: string): string => (Object.hasOwn(REMEDIES, reason) ? REMEDIES[reason as Reason] : '');
