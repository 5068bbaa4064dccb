import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { askOf, passDoor } from '#access';
import { notConnected } from '#directory';
import { printPages } from '#formats';
import { type Patient, patientById, permits, personOf } from '#identity';
import { type Db, Refusal } from '#kernel';
import { patientReportsJson, visibleReports } from '#record';
import type { PatientReports } from '#record/contract';
import type { Catalogue } from '../contract.ts';
import { PERIODS, ROW_FILTERS } from '../filter.ts';
import { gather } from '../gather.ts';
import { cumulPrintout } from './printout.ts';

/** `filter=a&filter=b` is a list, and so is one alone. */
const listOf = <Word extends z.ZodType>(word: Word, most: number) =>
  z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(word).max(most));

const cumulQuery = z.object({
  period: z.enum(PERIODS).default('2y'),
  since: z.iso.date().exactOptional(),
  until: z.iso.date().exactOptional(),
  preset: z.string().max(60).exactOptional(),
  filter: listOf(z.enum(ROW_FILTERS), ROW_FILTERS.length),
  rows: listOf(z.string().max(300), 300),
});

interface CumulDeps {
  db: Db;
  zone: string;
  catalogue: Catalogue;
}

/** The cumulative report as a PDF, of what this reader may see; passes the door, which writes one audit event: results leave. */
export async function cumulRoutes(app: FastifyInstance, { db, zone, catalogue }: CumulDeps): Promise<void> {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/patients/:patientId/biology/cumul.pdf',
    {
      config: { guard: 'patient-data' as const },
      schema: {
        summary: 'The cumulative report of a patient, to print or keep (PDF, A4)',
        tags: ['biology'],
        params: z.object({ patientId: z.uuid() }),
        querystring: cumulQuery,
      },
    },
    async (request, reply) => {
      const { patientId, homes } = await personOf(db, request.params.patientId);
      const door = askOf(request, 'biology.export', { patientId });
      const { who, now } = door;
      const { text, patient } = await passDoor(db, door, async (tx, { reader }) => ({
        text: patientReportsJson(await visibleReports(tx, homes, reader), {
          patientId,
          notConnected: await notConnected(tx),
          asOf: now.toISOString(),
        }),
        patient: await patientById(tx, patientId),
      }));
      if (!patient) throw new Refusal('request.not-found', 'there is no such record');
      const { reports, completeness } = JSON.parse(text) as PatientReports;
      const { birthDate, sex } = patient.traits;
      const gathered = gather(reports, catalogue, { now: now.getTime(), birthDate, ...(sex !== 'UN' && { sex }) });
      // What Cigogne calculates is not handed to patients: nobody is there to explain it.
      const kept = who.role === 'patient' ? { ...gathered, readings: gathered.readings.filter(({ derived }) => !derived) } : gathered;
      const { filter: filters, ...asked } = request.query;
      const about = { identity: identityOf(patient), editor: who.name, now, zone, completeness };
      const bytes = await printPages(cumulPrintout(kept, catalogue, { ...asked, filters }, about), zone);
      return reply
        .type('application/pdf')
        .header('content-disposition', `inline; filename="biologie-${patientId}.pdf"`)
        .header('cache-control', 'no-store')
        .send(Buffer.from(bytes));
    },
  );
}

const SEXES = { F: 'Féminin', M: 'Masculin', UN: 'Indéterminé' } as const;

function identityOf(patient: Patient): [string, string] {
  const { birthFamily, birthGivens, usedFamily, usedGiven, birthDate, sex } = patient.traits;
  const used = [usedFamily, usedGiven].filter(Boolean).join(' ');
  const ins = patient.ins && permits(patient, 'send-matricule') ? `INS ${patient.ins.value}` : 'INS non communicable';
  return [
    `${birthFamily} ${birthGivens}${used ? ` (nom utilisé : ${used})` : ''}`,
    [`Naissance ${birthDate.split('-').toReversed().join('/')}`, `Sexe ${SEXES[sex]}`, ins].join(' · '),
  ];
}
