import { makeVocabulary } from '#kernel';

export const CDA = 'urn:hl7-org:v3';
/** IHE laboratory extension: only `lab:statusCode` comes from it. */
export const LAB = 'urn:oid:1.3.6.1.4.1.19376.1.3.2';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const SDTC = 'urn:hl7-org:sdtc';
const DICOM = 'urn:dicom-org:ps3-20';
const PHARMACY = 'urn:ihe:pharm:medication';

/** Every name of CDA R2 that the reader looks for. */
export const { vocabulary: CDA_VOCABULARY, ids: V } = makeVocabulary(
  CDA,
  [
    ['ClinicalDocument', 'realmCode', 'typeId', 'templateId', 'id', 'code', 'title', 'effectiveTime', 'confidentialityCode'],
    ['languageCode', 'setId', 'versionNumber', 'recordTarget', 'patientRole', 'addr', 'telecom', 'patient', 'name', 'family'],
    ['given', 'prefix', 'suffix', 'administrativeGenderCode', 'birthTime', 'birthplace', 'place', 'county', 'city', 'country'],
    ['houseNumber', 'streetName', 'additionalLocator', 'unitID', 'postBox', 'precinct', 'postalCode', 'streetAddressLine'],
    ['guardian', 'guardianPerson', 'guardianOrganization', 'deceasedTime', 'author', 'time', 'assignedAuthor', 'assignedPerson'],
    ['assignedAuthoringDevice', 'manufacturerModelName', 'softwareName', 'representedOrganization', 'asOrganizationPartOf'],
    ['wholeOrganization', 'standardIndustryClassCode', 'dataEnterer', 'assignedEntity', 'informant', 'relatedEntity', 'relatedPerson'],
    ['signatureCode', 'custodian', 'assignedCustodian', 'representedCustodianOrganization', 'informationRecipient', 'intendedRecipient'],
    ['receivedOrganization', 'legalAuthenticator', 'authenticator', 'participant', 'functionCode', 'associatedEntity'],
    ['associatedPerson', 'scopingOrganization', 'scopingEntity', 'inFulfillmentOf', 'order', 'documentationOf', 'serviceEvent'],
    ['statusCode', 'performer', 'relatedDocument', 'parentDocument', 'componentOf', 'encompassingEncounter', 'responsibleParty'],
    ['location', 'healthCareFacility', 'serviceProviderOrganization', 'component', 'structuredBody', 'nonXMLBody', 'section', 'text'],
    ['entry', 'act', 'observation', 'organizer', 'procedure', 'observationMedia', 'substanceAdministration', 'entryRelationship'],
    ['participantRole', 'playingEntity', 'playingDevice', 'desc', 'specimen', 'specimenRole', 'specimenPlayingEntity'],
    ['targetSiteCode', 'value', 'interpretationCode', 'methodCode', 'referenceRange', 'observationRange', 'precondition'],
    [
      'criterion',
      'precondition1',
      'criterion1',
      'originalText',
      'reference',
      'translation',
      'low',
      'high',
      'center',
      'width',
      'numerator',
      'denominator',
    ],
    ['consumable', 'manufacturedProduct', 'manufacturedMaterial', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'list', 'item'],
    ['paragraph', 'content', 'br', 'sub', 'sup', 'caption', 'col', 'colgroup', 'linkHtml', 'renderMultiMedia', 'footnote', 'footnoteRef'],
    ['root', 'extension', 'assigningAuthorityName', 'nullFlavor', 'codeSystem', 'codeSystemName', 'displayName', 'use', 'qualifier'],
    ['typeCode', 'classCode', 'moodCode', 'unit', 'inclusive', 'type', 'mediaType', 'representation', 'ID', 'negationInd'],
    [
      'styleCode',
      'colspan',
      'rowspan',
      'referencedObject',
      'listType',
      'align',
      'href',
      'IDREF',
      'border',
      'cellspacing',
      'cellpadding',
      'schemaLocation',
      'xsi',
      'lab',
      'sdtc',
    ],
    ['encounter', 'supply', 'regionOfInterest', 'priorityCode', 'repeatNumber', 'routeCode', 'approachSiteCode', 'doseQuantity'],
    ['rateQuantity', 'maxDoseQuantity', 'administrationUnitCode', 'period', 'phase', 'comp', 'event', 'offset', 'operator', 'quantity'],
    ['independentInd', 'expectedUseTime', 'product', 'lotNumberText', 'manufacturerOrganization', 'manufacturedLabeledDrug', 'subject'],
    ['relatedSubject', 'externalDocument', 'externalAct', 'externalObservation', 'externalProcedure', 'sequenceNumber', 'inversionInd'],
    ['authorization', 'consent', 'dischargeDispositionCode', 'encounterParticipant', 'institutionSpecified', 'derivationExpr'],
    ['accessionNumber', 'formCode', 'ingredient', 'asSpecializedKind', 'generalizedMedicineClass', 'providerOrganization'],
  ] as const,
  [XSI, LAB, SDTC, DICOM, PHARMACY],
);

/** Numbers of the namespaces beyond the four that every vocabulary knows. */
const XSI_NUMBER = 4;
const LAB_NUMBER = 5;
const SDTC_NUMBER = 6;
const DICOM_NUMBER = 7;
const PHARMACY_NUMBER = 8;

/** `xsi:type` as an attribute key of the tape. */
export const XSI_TYPE = V.type | ((XSI_NUMBER + 1) << 16);
export const LAB_STATUS_CODE = V.statusCode | (LAB_NUMBER << 16);
export const SDTC_STATUS_CODE = V.statusCode | (SDTC_NUMBER << 16);
export const LAB_PRECONDITION = V.precondition | (LAB_NUMBER << 16);
export const LAB_CRITERION = V.criterion | (LAB_NUMBER << 16);
export const LAB_VALUE = V.value | (LAB_NUMBER << 16);
export const SDTC_PRECONDITION = V.precondition1 | (SDTC_NUMBER << 16);
export const SDTC_CRITERION = V.criterion1 | (SDTC_NUMBER << 16);
export const SDTC_DECEASED_TIME = V.deceasedTime | (SDTC_NUMBER << 16);
export const ACCESSION_NUMBER = V.accessionNumber | (DICOM_NUMBER << 16);
/** Names of the IHE Pharmacy extension. */
export const PHARM = {
  code: V.code | (PHARMACY_NUMBER << 16),
  name: V.name | (PHARMACY_NUMBER << 16),
  quantity: V.quantity | (PHARMACY_NUMBER << 16),
  formCode: V.formCode | (PHARMACY_NUMBER << 16),
  ingredient: V.ingredient | (PHARMACY_NUMBER << 16),
  asSpecializedKind: V.asSpecializedKind | (PHARMACY_NUMBER << 16),
  generalizedMedicineClass: V.generalizedMedicineClass | (PHARMACY_NUMBER << 16),
} as const;
