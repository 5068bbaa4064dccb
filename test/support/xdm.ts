import { metadataOf, type SubmissionSet, writeCda, type XdmSender, type XdmSubmission } from '../../src/formats/index.ts';
import { chemistryReport } from './lab-report.ts';

/** An invented sending: one laboratory report of an invented patient. */

export const sender: XdmSender = { name: 'LBM DEMO des Tilleuls', software: 'Cigogne', version: '0.1', publisher: 'Région ESSAI' };

export const submissionSet: SubmissionSet = {
  entryUuid: 'urn:uuid:0a1b2c3d-0000-8000-8000-000000000001',
  uniqueId: '1.2.250.1.999.1.9.1',
  sourceId: '1.2.250.1.71.4.2.2.1350000001',
  submittedAt: '20250314103500',
  title: "Compte rendu d'examens biologiques",
  author: {
    id: { root: '1.2.250.1.71.4.2.1', extension: '899700000001' },
    name: { family: 'BIOLOGISTE-DEMO', given: 'Ada' },
    organizations: [],
  },
  contentType: { code: '07', system: '1.2.250.1.213.2.2', display: 'Consultation' },
  patientId: { root: '1.2.250.1.213.1.4.10', extension: '255069933412305' },
};

export function submission(results = 2, documentNumber = 1, change = (cda: string) => cda): XdmSubmission {
  const report = chemistryReport(results, documentNumber);
  const bytes = Buffer.from(change(writeCda(report)));
  return {
    set: submissionSet,
    documents: [{ metadata: metadataOf(report, { bytes, mimeType: 'text/xml' }, 'Europe/Paris'), bytes, action: 'new' }],
    relations: [],
  };
}
