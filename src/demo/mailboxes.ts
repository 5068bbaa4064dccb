import { BIORIVES_CLIENT, NAMED_STRUCTURES } from './accounts.ts';

/** Addresses of the demo's secure mail, of places and of software: nobody's, by RFC 2606. */
export const MAIL_DOMAIN = 'demo.mssante.example';
/** Each mailbox of a patient is named by their INS. */
export const PATIENT_DOMAIN = `patient.${MAIL_DOMAIN}`;

/** A laboratory that sends some of its reports by mail, as PDF or HPRIM: its system has an address of its own. */
export const MAILING_CLIENT = BIORIVES_CLIENT;
export const MAILING_BOX = `resultats.biorives@${MAIL_DOMAIN}`;

/** The practice of the sign-in page has a mailbox for all, and one for its software; the laboratory that sends by mail reads its answers. */
export function placeMailboxes() {
  const { practice, hospital, biorives } = NAMED_STRUCTURES;
  return [
    { address: `cabinet.saint-aubrac@${MAIL_DOMAIN}`, kind: 'ORG' as const, finess: practice.finess, label: practice.name },
    { address: `logiciel.saint-aubrac@${MAIL_DOMAIN}`, kind: 'APP' as const, finess: practice.finess, label: practice.name },
    { address: `hopital.saint-aubrac@${MAIL_DOMAIN}`, kind: 'ORG' as const, finess: hospital.finess, label: hospital.name },
    { address: MAILING_BOX, kind: 'APP' as const, finess: biorives.finess, label: biorives.name },
  ];
}
