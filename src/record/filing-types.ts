import { decide, type Principal } from '#access';
import type { FilingType } from './filing-contract.ts';
import { classOfType } from '#formats';
import { kindOf } from './document-kinds.ts';

const LOINC = '2.16.840.1.113883.6.1';
const FRENCH_TYPES = '1.2.250.1.213.1.1.4.12';

const loinc = (code: string, display: string): FilingType => ({ code, system: LOINC, display });
const french = (code: string, display: string): FilingType => ({ code, system: FRENCH_TYPES, display });

/** Types that people file by hand, with the wording of JDV_J07 (2024-09-27). Reports of biology come from their laboratory. */
const TYPES: readonly FilingType[] = [
  loinc('11488-4', 'CR ou fiche de consultation ou de visite'),
  loinc('34112-3', 'CR hospitalier (séjour)'),
  loinc('34874-8', 'CR opératoire'),
  loinc('18748-4', 'CR d’imagerie médicale'),
  loinc('60568-3', 'CR d’anatomie et de cytologie pathologiques'),
  loinc('85208-7', 'CR de télémédecine'),
  loinc('60591-5', 'Synthèse médicale'),
  loinc('34133-9', 'Synthèse d’épisode de soins'),
  loinc('57833-6', 'Prescription de produits de santé'),
  loinc('57832-8', 'Prescription de soins'),
  french('PRESC-BIO', 'Prescription d’actes de biologie médicale'),
  loinc('18776-5', 'Plan personnalisé de soins'),
  french('CERT_DECL', 'Certificat, déclaration'),
  french('EXPPAT_3', 'Directives anticipées'),
  french('EXPPAT_1', 'Volontés et droits du patient'),
  french('DOCPAT09', 'Document administratif déposé par le patient'),
];

/** What of these the matrix of rights lets this person feed. What the patient closed is told when they file. */
export function filingTypes(who: Principal, patientId: string): FilingType[] {
  return TYPES.filter(({ code }) => {
    const kind = kindOf(code, classOfType(code)?.code);
    return kind !== undefined && decide({ who, action: 'document.feed', patientId, category: kind.category, links: [] }).allowed;
  });
}

export const filingType = (code: string): FilingType | undefined => TYPES.find((type) => type.code === code);
