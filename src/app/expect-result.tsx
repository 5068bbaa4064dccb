import { useQuery } from '@tanstack/react-query';
import { ExpectForm } from '#exchange/web';
import { myPatientsQuery } from './patient-query.ts';

/** What was prescribed to one of the patients whom the reader follows. */
export function ExpectResult() {
  const { data } = useQuery(myPatientsQuery);
  const patients = data?.patients.map(({ patientId, traits }) => ({
    patientId,
    name: `${traits.birthFamily} ${traits.firstBirthGiven}`,
    birthDate: traits.birthDate,
  }));
  return patients && patients.length > 0 ? <ExpectForm patients={patients} /> : null;
}
