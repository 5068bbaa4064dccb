/** Bytes ⇄ values: every format a region speaks. Pure: no database, no clock, no network. */
export * from './lab-report.ts';
export * from './document-metadata.ts';
export {
  entryUuidOf,
  formatOfReport,
  metadataOf,
  type DescribedDocument,
  type DocumentFile,
} from './metadata-of.ts';
export { facilityOf, LABORATORY_IN_TOWN, settingOf } from './place-of.ts';
export * from './clinical-document.ts';
export { readClinicalDocument } from './read-clinical-document.ts';
export * from './clinical-content.ts';
export { regimenWords } from './treatment-words.ts';
export { treatmentChanges, type TreatmentChange } from './treatment-changes.ts';
export {
  missingHeadings,
  type DischargeLetter,
  type LetterAllergy,
  type LetterDevice,
  type LetterHeader,
  type LetterPlan,
  type LetterTreatment,
} from './discharge-letter.ts';
export { letterOf } from './cda/letter/read.ts';
export { letterDocument, preparedLetter, writeDischargeLetter } from './cda/letter/write.ts';
export { writeClinicalDocument } from './cda/document/write.ts';
export { classOfType, FACILITY_SYSTEM, isFacilityType, isPracticeSetting, SETTING_SYSTEM } from './document-codes.ts';
export { kindOfDocument } from './document-kinds.ts';
export { type ResultPlace, resultsOf } from './results-of.ts';
export { readLabReport } from './read-lab-report.ts';
export { placeIn } from './any/place-in.ts';
export { type Content, type FileRead, readAny } from './any/read.ts';
export { formatOfBytes, MEDIA_TYPE, type ReadFormat } from './any/sniff.ts';
export { WRITE_FORMATS, writeAs, type WriteContext, type WriteFormat, type Written } from './any/write.ts';
export { withNarrative } from './cda/narrate.ts';
export { preparedReport, writeCda, type WriteOptions } from './cda/write.ts';
export { makePdf, pdfOf, type PdfOfDocument, printPages } from './pdf/make.ts';
export type { Block as PrintedBlock, Cell as PrintedCell } from './pdf/blocks.ts';
export type { Printout } from './pdf/printout.ts';
export { pdfText, type PdfText, type PdfTextLimits } from './pdf/text.ts';
export { narrativeToHtml, narrativeToText } from './cda/narrative-html.ts';
export { describeReading, type ResultReading } from './describe.ts';
export { localName } from './fhir/bundle.ts';
export { readPatient as readFhirPatient } from './fhir/read-people.ts';
export { absentReason } from './fhir/read-values.ts';
export { oidOfSystem, uriOfSystem } from './fhir/systems.ts';
export { fhirXmlToJson } from './fhir/read-xml.ts';
export { fhirLosses } from './fhir/losses.ts';
export { type FhirWriteOptions, writeFhir } from './fhir/write.ts';
export type { Finding } from './cda/rules/rule.ts';
export { validateAny } from './any/validate.ts';
export { printRatio, printReference, printTime, printValue } from './print-value.ts';
export type { XdmAction, XdmArchive, XdmDocument, XdmInside, XdmSubmission } from './xdm/archive.ts';
export { openXdm, readXdm } from './xdm/read.ts';
export { writeXdm } from './xdm/write.ts';
export type { XdmSender } from './xdm/pages.ts';
export type * from './hl7v2/message.ts';
export { answerTo, type Hl7Answer } from './hl7v2/answer-to.ts';
export { withdrawHl7 } from './hl7v2/withdraw.ts';
export { messageHeaderOf } from './hl7v2/read-header.ts';
export { hl7MessagesIn } from './hl7v2/batch.ts';
export { ONLY_CORRECTIONS } from './hl7v2/read-oru.ts';
export { readHl7Message } from './hl7v2/read-message.ts';
export { hprimDossiersIn, readHprim } from './hprim/read.ts';
export { writeHprim } from './hprim/write.ts';
export { type AckOptions, writeAck } from './hl7v2/write-ack.ts';
export { type OruEnvelope, writeOru } from './hl7v2/write-oru.ts';
export { type MdmToWrite, writeMdm } from './hl7v2/write-mdm.ts';
export { conclusionIn } from './conclusion.ts';
export { printUnit } from './print-value.ts';
