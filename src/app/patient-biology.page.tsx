import { BiologyPage } from '#biology/web';
import { PatientPage } from './patient-page.tsx';

/** Ties the biology module's page to the address and to the open patient. */
export function PatientBiologyPage() {
  return <PatientPage to="/patients/$patientId/biology" render={(props) => <BiologyPage {...props} />} />;
}
