import { fhirXmlToJson } from '#formats';

/** What was sent in XML goes on as the JSON that says the same; what is kept of a report is what was sent. */
const SENT = new WeakMap<Buffer, Buffer>();

/** @throws Refusal */
export function jsonOfXml(xml: Buffer, contentType: string | undefined): Buffer {
  const json = fhirXmlToJson(xml, contentType);
  SENT.set(json, xml);
  return json;
}

/** The bytes as their sender wrote them. */
export function asSent(body: Buffer): { bytes: Buffer; mediaType: string } {
  const xml = SENT.get(body);
  return xml ? { bytes: xml, mediaType: 'application/fhir+xml' } : { bytes: body, mediaType: 'application/fhir+json' };
}
