import { REPORT_ELEMENTS } from './xml-report-elements.ts';

/**
 * The elements of what is taken here in XML, which does not say by itself what repeats nor what is a number: `name`, `*` when it repeats, then its type
 * (`b` boolean, `n` number, `x` XHTML, `R` a resource, else a line of this table; nothing: text). Values of extensions and parameters: the types of this
 * table. Source: the definitions of FHIR R4 (4.0.1), against which a test holds it.
 */
export const ELEMENTS: Readonly<Record<string, string>> = {
  ...REPORT_ELEMENTS,
  /** A simple value: what it may have besides. */
  Element: '',
  Bundle: 'identifier:Identifier type timestamp total:n link*:Bundle.link entry*:Bundle.entry',
  'Bundle.link': 'relation url',
  'Bundle.entry':
    'link*:Bundle.link fullUrl resource:R search:Bundle.entry.search request:Bundle.entry.request response:Bundle.entry.response',
  'Bundle.entry.search': 'mode score:n',
  'Bundle.entry.request': 'method url ifNoneMatch ifModifiedSince ifMatch ifNoneExist',
  'Bundle.entry.response': 'status location etag lastModified outcome:R',
  Patient:
    'identifier*:Identifier active:b name*:HumanName telecom*:ContactPoint gender birthDate deceasedBoolean:b deceasedDateTime address*:Address maritalStatus:CodeableConcept multipleBirthBoolean:b multipleBirthInteger:n photo*:Attachment contact*:Patient.contact communication*:Patient.communication generalPractitioner*:Reference managingOrganization:Reference link*:Patient.link',
  'Patient.contact':
    'relationship*:CodeableConcept name:HumanName telecom*:ContactPoint address:Address gender organization:Reference period:Period',
  'Patient.communication': 'language:CodeableConcept preferred:b',
  'Patient.link': 'other:Reference type',
  Organization:
    'identifier*:Identifier active:b type*:CodeableConcept name alias* telecom*:ContactPoint address*:Address partOf:Reference contact*:Organization.contact endpoint*:Reference',
  'Organization.contact': 'purpose:CodeableConcept name:HumanName telecom*:ContactPoint address:Address',
  Practitioner:
    'identifier*:Identifier active:b name*:HumanName telecom*:ContactPoint address*:Address gender birthDate photo*:Attachment qualification*:Practitioner.qualification communication*:CodeableConcept',
  'Practitioner.qualification': 'identifier*:Identifier code:CodeableConcept period:Period issuer:Reference',
  PractitionerRole:
    'identifier*:Identifier active:b period:Period practitioner:Reference organization:Reference code*:CodeableConcept specialty*:CodeableConcept location*:Reference healthcareService*:Reference telecom*:ContactPoint availableTime*:PractitionerRole.availableTime notAvailable*:PractitionerRole.notAvailable availabilityExceptions endpoint*:Reference',
  'PractitionerRole.availableTime': 'daysOfWeek* allDay:b availableStartTime availableEndTime',
  'PractitionerRole.notAvailable': 'description during:Period',
  DocumentReference:
    'masterIdentifier:Identifier identifier*:Identifier status docStatus type:CodeableConcept category*:CodeableConcept subject:Reference date author*:Reference authenticator:Reference custodian:Reference relatesTo*:DocumentReference.relatesTo description securityLabel*:CodeableConcept content*:DocumentReference.content context:DocumentReference.context',
  'DocumentReference.relatesTo': 'code target:Reference',
  'DocumentReference.content': 'attachment:Attachment format:Coding',
  'DocumentReference.context':
    'encounter*:Reference event*:CodeableConcept period:Period facilityType:CodeableConcept practiceSetting:CodeableConcept sourcePatientInfo:Reference related*:Reference',
  List: 'identifier*:Identifier status mode title code:CodeableConcept subject:Reference encounter:Reference date source:Reference orderedBy:CodeableConcept note*:Annotation entry*:List.entry emptyReason:CodeableConcept',
  'List.entry': 'flag:CodeableConcept deleted:b date item:Reference',
  Binary: 'contentType securityContext:Reference data',
  Parameters: 'parameter*:Parameters.parameter',
  'Parameters.parameter':
    'name valueBase64Binary valueBoolean:b valueCanonical valueCode valueDate valueDateTime valueDecimal:n valueId valueInstant valueInteger:n valueMarkdown valueOid valuePositiveInt:n valueString valueTime valueUnsignedInt:n valueUri valueUrl valueUuid valueAddress:Address valueAnnotation:Annotation valueAttachment:Attachment valueCodeableConcept:CodeableConcept valueCoding:Coding valueContactPoint:ContactPoint valueHumanName:HumanName valueIdentifier:Identifier valuePeriod:Period valueQuantity:Quantity valueReference:Reference valueMeta:Meta resource:R part*:Parameters.parameter',
  Subscription: 'status contact*:ContactPoint end reason criteria error channel:Subscription.channel',
  'Subscription.channel': 'type endpoint payload header*',
  Address: 'use type text line* city district state postalCode country period:Period',
  Annotation: 'authorReference:Reference authorString time text',
  Attachment: 'contentType data url size:n hash title creation',
  CodeableConcept: 'coding*:Coding text',
  Coding: 'system version code display userSelected:b',
  ContactPoint: 'system value use rank:n period:Period',
  HumanName: 'use text family given* prefix* suffix* period:Period',
  Identifier: 'use type:CodeableConcept system value period:Period assigner:Reference',
  Meta: 'versionId lastUpdated source profile* security*:Coding tag*:Coding',
  Narrative: 'status div:x',
  Period: 'start end',
  Quantity: 'value:n comparator unit system code',
  Reference: 'reference type identifier:Identifier display',
  Extension:
    'url valueBase64Binary valueBoolean:b valueCanonical valueCode valueDate valueDateTime valueDecimal:n valueId valueInstant valueInteger:n valueMarkdown valueOid valuePositiveInt:n valueString valueTime valueUnsignedInt:n valueUri valueUrl valueUuid valueAddress:Address valueAnnotation:Annotation valueAttachment:Attachment valueCodeableConcept:CodeableConcept valueCoding:Coding valueContactPoint:ContactPoint valueHumanName:HumanName valueIdentifier:Identifier valuePeriod:Period valueQuantity:Quantity valueReference:Reference valueMeta:Meta valueRange:Range valueRatio:Ratio',
};

/** Elements that any resource, or any element, may have. */
export const COMMON = 'id meta:Meta implicitRules language text:Narrative contained*:R extension*:Extension modifierExtension*:Extension';

const DATA_TYPES: ReadonlySet<string> = new Set(['Range', 'Ratio', 'SampledData', 'Timing', 'Duration']);

/** Resources that are taken in XML: identities, documents and what publishes and changes them, laboratory reports. */
export const RESOURCES: ReadonlySet<string> = new Set([
  'Bundle',
  'Patient',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'DocumentReference',
  'List',
  'Binary',
  'Parameters',
  'Subscription',
  ...Object.keys(REPORT_ELEMENTS).filter((type) => !type.includes('.') && !DATA_TYPES.has(type)),
]);
