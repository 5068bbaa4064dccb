import type { Category } from '#access';
import type { DocumentGroup } from './document-contract.ts';

/**
 * Where a document stands in the matrix of rights and in the list of a record, by its national type. Types and classes: JDV_J07, JDV_J57 and
 * ASS_X04 of the ANS. Which row of the matrix a type belongs to is our reading of its eleven categories, type by type where a type is more
 * sensitive than its class.
 */
interface Kind {
  category: Category;
  group: DocumentGroup;
}

const BY_CLASS: Readonly<Record<string, Kind>> = {
  '10': { category: 'hospital-report', group: 'report' },
  '11': { category: 'medical-summary', group: 'summary' },
  '31': { category: 'imaging', group: 'imaging' },
  '42': { category: 'prescription', group: 'prescription' },
  '43': { category: 'dispensation', group: 'prescription' },
  '44': { category: 'care-plan', group: 'plan' },
  '45': { category: 'treatment-given', group: 'report' },
  '52': { category: 'certificate', group: 'other' },
  '60': { category: 'reimbursement', group: 'other' },
  '90': { category: 'medical-summary', group: 'patient' },
  '95': { category: 'administrative', group: 'other' },
};

const BY_TYPE: Readonly<Record<string, Kind>> = {
  ...each(['11502-2', '51969-4', 'DOCPAT05'], { category: 'biology-report', group: 'biology' }),
  ...each(['11490-0', '34112-3', '34133-9'], { category: 'hospital-report', group: 'discharge' }),
  ...each(['15507-7', '60280-5', '78341-5'], { category: 'hospital-report', group: 'emergency' }),
  ...each(['60568-3'], { category: 'hospital-report', group: 'pathology' }),
  ...each(['18761-7'], { category: 'hospital-report', group: 'letter' }),
  ...each(['96349-6'], { category: 'hospital-report', group: 'letter' }),
  ...each(['83981-1', '28653-4', '34842-5', '88348-8', 'BIL_AUTO'], { category: 'social-discharge', group: 'report' }),
  ...each(['15508-5', '57055-6', '57057-2', '57075-4', '78489-2', '89233-1', '89235-6'], {
    category: 'delivery-report',
    group: 'report',
  }),
  ...each(['68599-0', '83901-9'], { category: 'psychiatry', group: 'report' }),
  ...each(['34794-8'], { category: 'cancer-meeting', group: 'plan' }),
  ...each(['75496-0'], { category: 'telemedicine-request', group: 'letter' }),
  ...each(['80788-3'], { category: 'resident-project', group: 'plan' }),
  // Preventive checks of a child are kept from nurses, like certificates.
  ...each(['59283-2', '68817-6'], { category: 'certificate', group: 'report' }),
  ...each(['11369-6', '87273-9', '96173-0', '96874-3'], { category: 'treatment-given', group: 'vaccination' }),
  ...each(['EXPPAT_1', 'EXPPAT_3'], { category: 'advance-directives', group: 'patient' }),
};

function each(codes: readonly string[], kind: Kind): Record<string, Kind> {
  return Object.fromEntries(codes.map((code) => [code, kind]));
}

/** Undefined when neither the type nor the class is known: such a document has no row in the matrix, so nobody could be given it. */
export function kindOf(typeCode: string | undefined, classCode: string | undefined): Kind | undefined {
  const byType = typeCode !== undefined && Object.hasOwn(BY_TYPE, typeCode) ? BY_TYPE[typeCode] : undefined;
  return byType ?? (classCode !== undefined && Object.hasOwn(BY_CLASS, classCode) ? BY_CLASS[classCode] : undefined);
}
