import { useParams } from '@tanstack/react-router';

/** The patient of the address, on pages under `/patients/$patientId`. */
export function usePatientId(): string {
  return useParams({ from: '/patients/$patientId' }).patientId;
}
