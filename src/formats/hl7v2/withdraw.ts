/** What takes back a message that was sent before. */
export interface WithdrawalEnvelope {
  /** MSH-10 of the new message. */
  controlId: string;
  /** MSH-7, a TS later than that of the message that was sent. */
  at: string;
}

/**
 * The message that takes back one that `writeOru` or `writeMdm` wrote, under a number of its own: an MDM becomes T04 with OBX-11 `D`; of an ORU each result is
 * said again as `W` (sent for the wrong patient or in error) under orders `X`, since ORU^R01 has no event that withdraws.
 * Source: HL7 v2.5 §9.6.4 (T04), tables 0085 and 0123.
 */
export function withdrawHl7(sent: string, { controlId, at }: WithdrawalEnvelope): string {
  const segments = sent.split('\r').filter((one) => one !== '');
  const isDocument = segments[0]!.split('|')[8]?.startsWith('MDM^') ?? false;
  const changes: Readonly<Record<string, Readonly<Record<number, string>>>> = {
    // MSH-1 is the separator: fields stand one place before their number.
    MSH: { 6: at, 9: controlId, ...(isDocument && { 8: 'MDM^T04^MDM_T02' }) },
    EVN: { 2: at },
    OBR: { 25: 'X' },
    OBX: { 11: isDocument ? 'D' : 'W' },
  };
  return segments.map((one) => `${changed(one, changes[one.slice(0, 3)])}\r`).join('');
}

function changed(segment: string, fields: Readonly<Record<number, string>> | undefined): string {
  if (!fields) return segment;
  const places = segment.split('|');
  for (const [n, value] of Object.entries(fields)) {
    while (places.length <= Number(n)) places.push('');
    places[Number(n)] = value;
  }
  return places.join('|');
}
