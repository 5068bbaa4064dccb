import type { Principal, Role } from '#access/contract';
import { INS_OIDS } from '#identity';
import { demoFiness, demoRpps, withNirKey } from './ids.ts';

/** A card of the sign-in page: one click, no password, in the demo only. */
export interface DemoAccount {
  /** `GET /api/sign-in?card=…` */
  card: Role;
  principal: Principal;
  /** Words under the name: speciality, place. */
  detail: { fr: string; en: string };
}

/** The structures that the cards and the three stories name; the rest of the region is made in region.ts. */
export const NAMED_STRUCTURES = {
  practice: { finess: demoFiness(100001), name: 'Cabinet médical de Saint-Aubrac' },
  nurses: { finess: demoFiness(100002), name: 'Cabinet infirmier des Quais' },
  pharmacy: { finess: demoFiness(500001), name: 'Pharmacie des Quais' },
  hospital: { finess: demoFiness(200001), name: 'CH de Saint-Aubrac' },
  hospitalLaboratory: { finess: demoFiness(300001), name: 'Laboratoire du CH de Saint-Aubrac' },
  biorives: { finess: demoFiness(400001), name: 'BioRives Saint-Aubrac' },
  grandPont: { finess: demoFiness(410001), name: 'Laboratoire Grand-Pont' },
  sources: { finess: demoFiness(430004), name: 'Sources-Vives Clairvaux' },
  tilleuls: { finess: demoFiness(490001), name: 'Laboratoire des Tilleuls' },
  /** The laboratory that the national sample documents name: so that anyone can deposit them in a demo. */
  samples: { finess: '120459876', name: 'Laboratoire des charmes' },
  region: { finess: demoFiness(600001), name: 'Groupement régional Cigogne-Démo' },
} as const;

/** Patients of the three stories keep the same identifier in every demo region, so that the patient's card can name its owner. */
export const STORY_PATIENTS = {
  odette: { patientId: '019a0000-0000-7000-8000-000000000001', ins: { oid: INS_OIDS.test, value: withNirKey('2550699600901') } },
  jeanNoel: { patientId: '019a0000-0000-7000-8000-000000000002', ins: { oid: INS_OIDS.test, value: withNirKey('1480299602902') } },
  marieClaire: { patientId: '019a0000-0000-7000-8000-000000000003', ins: { oid: INS_OIDS.test, value: withNirKey('2620399604903') } },
} as const;

const rppsId = (n: number) => `rpps:${demoRpps(n)}`;

/** Numbers of the named professionals, for `demoRpps`. */
export const NAMED_PROFESSIONALS = { gp: 1, specialist: 2, nurse: 3, pharmacist: 4, biologist: 5 } as const;

/** Client of the four groups' and the hospitals' systems: see `senders` in region.ts. */
export const BIORIVES_CLIENT = 'lis-biorives';

/** Clients of the systems that send letters: the hospitals' own, and the practices'. */
export const HOSPITAL_CLIENT = 'dpi-hopitaux';
export const PRACTICE_CLIENT = 'logiciels-cabinets';

export const demoAccounts: readonly DemoAccount[] = [
  {
    card: 'gp',
    principal: {
      id: rppsId(NAMED_PROFESSIONALS.gp),
      name: 'Dr Anne LEFEVRE-DEMO',
      role: 'gp',
      organisation: NAMED_STRUCTURES.practice,
    },
    detail: { fr: 'médecine générale, Saint-Aubrac', en: 'general practice, Saint-Aubrac' },
  },
  {
    card: 'specialist',
    principal: {
      id: rppsId(NAMED_PROFESSIONALS.specialist),
      name: 'Dr Hélène GARNIER-DEMO',
      role: 'specialist',
      organisation: NAMED_STRUCTURES.hospital,
    },
    detail: { fr: 'cardiologie, CH de Saint-Aubrac', en: 'cardiology, Saint-Aubrac hospital' },
  },
  {
    card: 'nurse',
    principal: {
      id: rppsId(NAMED_PROFESSIONALS.nurse),
      name: 'Leïla MARCHETTI-DEMO',
      role: 'nurse',
      organisation: NAMED_STRUCTURES.nurses,
    },
    detail: { fr: 'soins à domicile, INR', en: 'home care, INR' },
  },
  {
    card: 'pharmacist',
    principal: {
      id: rppsId(NAMED_PROFESSIONALS.pharmacist),
      name: 'Thomas NGUYEN-DEMO',
      role: 'pharmacist',
      organisation: NAMED_STRUCTURES.pharmacy,
    },
    detail: { fr: 'pharmacie des Quais', en: 'pharmacie des Quais' },
  },
  {
    card: 'biologist',
    principal: {
      id: rppsId(NAMED_PROFESSIONALS.biologist),
      name: 'Dr Pierre ROUX-DEMO',
      role: 'biologist',
      organisation: NAMED_STRUCTURES.biorives,
    },
    detail: { fr: 'laboratoire BioRives', en: 'BioRives laboratory' },
  },
  {
    card: 'secretary',
    principal: {
      id: 'staff:julie-blanc-demo',
      name: 'Julie BLANC-DEMO',
      role: 'secretary',
      organisation: NAMED_STRUCTURES.practice,
      actsFor: rppsId(NAMED_PROFESSIONALS.gp),
    },
    detail: { fr: 'déléguée du Dr Lefevre-Demo', en: 'acts for Dr Lefevre-Demo' },
  },
  {
    card: 'identity-cell',
    principal: {
      id: 'staff:sonia-ricard-demo',
      name: 'Sonia RICARD-DEMO',
      role: 'identity-cell',
      organisation: NAMED_STRUCTURES.region,
    },
    detail: { fr: 'identités à trancher', en: 'identities to decide' },
  },
  {
    card: 'operator',
    principal: {
      id: 'staff:karim-benali-demo',
      name: 'Karim BENALI-DEMO',
      role: 'operator',
      organisation: NAMED_STRUCTURES.region,
    },
    detail: { fr: 'sans accès aux données de santé', en: 'no access to health data' },
  },
  {
    card: 'dpo',
    principal: { id: 'staff:agathe-colin-demo', name: 'Agathe COLIN-DEMO', role: 'dpo', organisation: NAMED_STRUCTURES.region },
    detail: { fr: 'qui a ouvert quoi, sans donnée de santé', en: 'who opened what, without health data' },
  },
  {
    card: 'patient',
    principal: {
      id: `patient:${STORY_PATIENTS.odette.patientId}`,
      name: 'Odette ESSAI-MARCHAND',
      role: 'patient',
      patientId: STORY_PATIENTS.odette.patientId,
    },
    detail: { fr: 'ses résultats, qui a ouvert son dossier', en: 'her results, who opened her record' },
  },
  {
    card: 'laboratory-system',
    principal: {
      id: `system:${BIORIVES_CLIENT}`,
      name: 'BioRives, système du laboratoire',
      role: 'laboratory-system',
      organisation: NAMED_STRUCTURES.biorives,
      structures: [NAMED_STRUCTURES.biorives.finess],
    },
    detail: { fr: 'envoie un compte rendu sous vos yeux', en: 'sends a report before your eyes' },
  },
];

/** Who follows whom at the start, as the care links of the demo; `patient` is a key of STORY_PATIENTS. */
export const demoCareLinks: readonly { card: Role; patient: keyof typeof STORY_PATIENTS; kind: 'treating-doctor' | 'care-team' }[] = [
  { card: 'gp', patient: 'odette', kind: 'treating-doctor' },
  { card: 'gp', patient: 'jeanNoel', kind: 'treating-doctor' },
  { card: 'gp', patient: 'marieClaire', kind: 'treating-doctor' },
  { card: 'specialist', patient: 'odette', kind: 'care-team' },
  { card: 'specialist', patient: 'jeanNoel', kind: 'care-team' },
  { card: 'nurse', patient: 'odette', kind: 'care-team' },
  { card: 'nurse', patient: 'jeanNoel', kind: 'care-team' },
  { card: 'nurse', patient: 'marieClaire', kind: 'care-team' },
  { card: 'pharmacist', patient: 'odette', kind: 'care-team' },
  { card: 'pharmacist', patient: 'jeanNoel', kind: 'care-team' },
];

/**
 * People without a card on the sign-in page, entered by `/api/sign-in?card=…`: the second biologist that a mapping needs, two of a laboratory
 * that sends many codes of its own, and those who are told when nobody answers: a colleague of the doctor's practice, a hospital doctor on duty,
 * the doctor of the regulation centre (Centre 15).
 */
export const demoColleagues: readonly { card: string; principal: Principal }[] = [
  {
    card: 'gp-2',
    principal: { id: rppsId(1040), name: 'Dr Sabine TAILLEFER-DEMO', role: 'gp', organisation: NAMED_STRUCTURES.practice },
  },
  {
    card: 'specialist-2',
    principal: { id: rppsId(2007), name: 'Dr Antoine PRÉVOST-DEMO', role: 'specialist', organisation: NAMED_STRUCTURES.hospital },
  },
  {
    card: 'regulator',
    principal: { id: rppsId(9), name: 'Dr Samuel QUINZE-DEMO', role: 'regulator', organisation: NAMED_STRUCTURES.hospital },
  },
  { card: 'biologist-2', principal: biologistOf(6, 'Dr Inès MOREL-DEMO', NAMED_STRUCTURES.biorives) },
  { card: 'biologist-sources', principal: biologistOf(7, 'Dr Odile CHARTIER-DEMO', NAMED_STRUCTURES.sources) },
  { card: 'biologist-sources-2', principal: biologistOf(8, 'Dr Samir HADDAD-DEMO', NAMED_STRUCTURES.sources) },
];

function biologistOf(n: number, name: string, organisation: { finess: string; name: string }): Principal {
  return { id: rppsId(n), name, role: 'biologist', organisation };
}
