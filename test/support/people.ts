import type { Principal } from '../../src/access/index.ts';

/** Invented people, one a role, for tests of rights. */
export const PATIENT_ID = '0190a000-0000-7000-8000-000000000001';
export const OTHER_PATIENT_ID = '0190a000-0000-7000-8000-000000000002';

const laboratory = { finess: '990000101', name: 'Laboratoire ESSAI' };

export const PEOPLE = {
  gp: { id: 'rpps:899700000011', name: 'Dr Anne LEFEVRE-DEMO', role: 'gp', organisation: { finess: '990000201', name: 'Cabinet ESSAI' } },
  specialist: {
    id: 'rpps:899700000022',
    name: 'Dr Karim BENALI-DEMO',
    role: 'specialist',
    organisation: { finess: '990000301', name: 'Hôpital ESSAI' },
  },
  nurse: {
    id: 'rpps:899700000033',
    name: 'Rose MARTIN-DEMO',
    role: 'nurse',
    organisation: { finess: '990000401', name: 'Cabinet infirmier ESSAI' },
  },
  pharmacist: { id: 'rpps:899700000044', name: 'Paul OFFICINE-DEMO', role: 'pharmacist' },
  midwife: { id: 'rpps:899700000055', name: 'Lise NAISSANCE-DEMO', role: 'midwife' },
  dentist: { id: 'rpps:899700000066', name: 'Dr Jean QUENOTTE-DEMO', role: 'dentist' },
  biologist: { id: 'rpps:899700000077', name: 'Dr Iris TUBE-DEMO', role: 'biologist', organisation: laboratory },
  secretary: { id: 'staff:secretary-1', name: 'Zoé ACCUEIL-DEMO', role: 'secretary', actsFor: 'rpps:899700000011' },
  regulator: {
    id: 'rpps:899700000088',
    name: 'Dr Samuel QUINZE-DEMO',
    role: 'regulator',
    organisation: { finess: '990000501', name: 'Centre de régulation ESSAI' },
  },
  'identity-cell': { id: 'staff:identity-1', name: 'Max IDENTITE-DEMO', role: 'identity-cell' },
  operator: { id: 'staff:operator-1', name: 'Eva REGION-DEMO', role: 'operator' },
  dpo: { id: 'staff:dpo-1', name: 'Dora REGISTRE-DEMO', role: 'dpo' },
  patient: { id: `patient:${PATIENT_ID}`, name: 'Jeanne ESSAI', role: 'patient', patientId: PATIENT_ID },
  'laboratory-system': {
    id: 'system:lab-essai',
    name: 'Serveur du laboratoire ESSAI',
    role: 'laboratory-system',
    structures: [laboratory.finess],
  },
} as const satisfies Record<Principal['role'], Principal>;
