/**
 * The elements of a laboratory report and of what it speaks of, as the table of xml-elements.ts writes them. Made of the definitions of FHIR R4 (4.0.1), against
 * which a test holds it.
 */
export const REPORT_ELEMENTS: Readonly<Record<string, string>> = {
  'Observation.referenceRange': 'low:Quantity high:Quantity type:CodeableConcept appliesTo*:CodeableConcept age:Range',
  'Observation.component':
    'code:CodeableConcept valueQuantity:Quantity valueCodeableConcept:CodeableConcept valueString valueBoolean:b valueInteger:n valueRange:Range valueRatio:Ratio valueSampledData:SampledData valueTime valueDateTime valuePeriod:Period dataAbsentReason:CodeableConcept interpretation*:CodeableConcept referenceRange*:Observation.referenceRange',
  Observation:
    'identifier*:Identifier basedOn*:Reference partOf*:Reference status category*:CodeableConcept code:CodeableConcept subject:Reference focus*:Reference encounter:Reference effectiveDateTime effectivePeriod:Period effectiveTiming:Timing effectiveInstant issued performer*:Reference valueQuantity:Quantity valueCodeableConcept:CodeableConcept valueString valueBoolean:b valueInteger:n valueRange:Range valueRatio:Ratio valueSampledData:SampledData valueTime valueDateTime valuePeriod:Period dataAbsentReason:CodeableConcept interpretation*:CodeableConcept note*:Annotation bodySite:CodeableConcept method:CodeableConcept specimen:Reference device:Reference referenceRange*:Observation.referenceRange hasMember*:Reference derivedFrom*:Reference component*:Observation.component',
  'DiagnosticReport.media': 'comment link:Reference',
  DiagnosticReport:
    'identifier*:Identifier basedOn*:Reference status category*:CodeableConcept code:CodeableConcept subject:Reference encounter:Reference effectiveDateTime effectivePeriod:Period issued performer*:Reference resultsInterpreter*:Reference specimen*:Reference result*:Reference imagingStudy*:Reference media*:DiagnosticReport.media conclusion conclusionCode*:CodeableConcept presentedForm*:Attachment',
  'Specimen.collection':
    'collector:Reference collectedDateTime collectedPeriod:Period duration:Duration quantity:Quantity method:CodeableConcept bodySite:CodeableConcept fastingStatusCodeableConcept:CodeableConcept fastingStatusDuration:Duration',
  'Specimen.processing': 'description procedure:CodeableConcept additive*:Reference timeDateTime timePeriod:Period',
  'Specimen.container':
    'identifier*:Identifier description type:CodeableConcept capacity:Quantity specimenQuantity:Quantity additiveCodeableConcept:CodeableConcept additiveReference:Reference',
  Specimen:
    'identifier*:Identifier accessionIdentifier:Identifier status type:CodeableConcept subject:Reference receivedTime parent*:Reference request*:Reference collection:Specimen.collection processing*:Specimen.processing container*:Specimen.container condition*:CodeableConcept note*:Annotation',
  ServiceRequest:
    'identifier*:Identifier instantiatesCanonical* instantiatesUri* basedOn*:Reference replaces*:Reference requisition:Identifier status intent category*:CodeableConcept priority doNotPerform:b code:CodeableConcept orderDetail*:CodeableConcept quantityQuantity:Quantity quantityRatio:Ratio quantityRange:Range subject:Reference encounter:Reference occurrenceDateTime occurrencePeriod:Period occurrenceTiming:Timing asNeededBoolean:b asNeededCodeableConcept:CodeableConcept authoredOn requester:Reference performerType:CodeableConcept performer*:Reference locationCode*:CodeableConcept locationReference*:Reference reasonCode*:CodeableConcept reasonReference*:Reference insurance*:Reference supportingInfo*:Reference specimen*:Reference bodySite*:CodeableConcept note*:Annotation patientInstruction relevantHistory*:Reference',
  'Composition.attester': 'mode time party:Reference',
  'Composition.relatesTo': 'code targetIdentifier:Identifier targetReference:Reference',
  'Composition.event': 'code*:CodeableConcept period:Period detail*:Reference',
  'Composition.section':
    'title code:CodeableConcept author*:Reference focus:Reference mode orderedBy:CodeableConcept entry*:Reference emptyReason:CodeableConcept section*:Composition.section',
  Composition:
    'identifier:Identifier status type:CodeableConcept category*:CodeableConcept subject:Reference encounter:Reference date author*:Reference title confidentiality attester*:Composition.attester custodian:Reference relatesTo*:Composition.relatesTo event*:Composition.event section*:Composition.section',
  Media:
    'identifier*:Identifier basedOn*:Reference partOf*:Reference status type:CodeableConcept modality:CodeableConcept view:CodeableConcept subject:Reference encounter:Reference createdDateTime createdPeriod:Period issued operator:Reference reasonCode*:CodeableConcept bodySite:CodeableConcept deviceName device:Reference height:n width:n frames:n duration:n content:Attachment note*:Annotation',
  'Encounter.statusHistory': 'status period:Period',
  'Encounter.classHistory': 'class:Coding period:Period',
  'Encounter.participant': 'type*:CodeableConcept period:Period individual:Reference',
  'Encounter.diagnosis': 'condition:Reference use:CodeableConcept rank:n',
  'Encounter.hospitalization':
    'preAdmissionIdentifier:Identifier origin:Reference admitSource:CodeableConcept reAdmission:CodeableConcept dietPreference*:CodeableConcept specialCourtesy*:CodeableConcept specialArrangement*:CodeableConcept destination:Reference dischargeDisposition:CodeableConcept',
  'Encounter.location': 'location:Reference status physicalType:CodeableConcept period:Period',
  Encounter:
    'identifier*:Identifier status statusHistory*:Encounter.statusHistory class:Coding classHistory*:Encounter.classHistory type*:CodeableConcept serviceType:CodeableConcept priority:CodeableConcept subject:Reference episodeOfCare*:Reference basedOn*:Reference participant*:Encounter.participant appointment*:Reference period:Period length:Duration reasonCode*:CodeableConcept reasonReference*:Reference diagnosis*:Encounter.diagnosis account*:Reference hospitalization:Encounter.hospitalization location*:Encounter.location serviceProvider:Reference partOf:Reference',
  'Location.position': 'longitude:n latitude:n altitude:n',
  'Location.hoursOfOperation': 'daysOfWeek* allDay:b openingTime closingTime',
  Location:
    'identifier*:Identifier status operationalStatus:Coding name alias* description mode type*:CodeableConcept telecom*:ContactPoint address:Address physicalType:CodeableConcept position:Location.position managingOrganization:Reference partOf:Reference hoursOfOperation*:Location.hoursOfOperation availabilityExceptions endpoint*:Reference',
  'Device.udiCarrier': 'deviceIdentifier issuer jurisdiction carrierAIDC carrierHRF entryType',
  'Device.deviceName': 'name type',
  'Device.specialization': 'systemType:CodeableConcept version',
  'Device.version': 'type:CodeableConcept component:Identifier value',
  'Device.property': 'type:CodeableConcept valueQuantity*:Quantity valueCode*:CodeableConcept',
  Device:
    'identifier*:Identifier definition:Reference udiCarrier*:Device.udiCarrier status statusReason*:CodeableConcept distinctIdentifier manufacturer manufactureDate expirationDate lotNumber serialNumber deviceName*:Device.deviceName modelNumber partNumber type:CodeableConcept specialization*:Device.specialization version*:Device.version property*:Device.property patient:Reference owner:Reference contact*:ContactPoint location:Reference url note*:Annotation safety*:CodeableConcept parent:Reference',
  'Provenance.agent': 'type:CodeableConcept role*:CodeableConcept who:Reference onBehalfOf:Reference',
  'Provenance.entity': 'role what:Reference agent*:Provenance.agent',
  Provenance:
    'target*:Reference occurredPeriod:Period occurredDateTime recorded policy* location:Reference reason*:CodeableConcept activity:CodeableConcept agent*:Provenance.agent entity*:Provenance.entity',
  Range: 'low:Quantity high:Quantity',
  Ratio: 'numerator:Quantity denominator:Quantity',
  SampledData: 'origin:Quantity period:n factor:n lowerLimit:n upperLimit:n dimensions:n data',
  'Timing.repeat':
    'boundsDuration:Duration boundsRange:Range boundsPeriod:Period count:n countMax:n duration:n durationMax:n durationUnit frequency:n frequencyMax:n period:n periodMax:n periodUnit dayOfWeek* timeOfDay* when* offset:n',
  Timing: 'event* repeat:Timing.repeat code:CodeableConcept',
  Duration: 'value:n comparator unit system code',
};
