import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Refusal } from '#kernel';
import type { PatientLine, PatientRecord } from './contract.ts';
import { readable } from './readable.ts';
import { demand, may, mayOpen } from './rights.ts';
import type { Doors } from './doors.ts';
import {
  bytesOf,
  countDocuments,
  documentBy,
  documentsOf,
  type LgcDocument,
  type LgcPatient,
  nameOf,
  patientBy,
  patients,
  readersOfDocuments,
} from './store.ts';
import { tableOf } from './table.ts';

const params = z.object({ id: z.uuid() });

/** The patients of the practice, and the record of one: its table of results, its documents. */
export async function recordRoutes(app: FastifyInstance, { deps, userOf, visit }: Doors): Promise<void> {
  const { db, zone } = deps;

  app.get('/api/patients', async (request): Promise<PatientLine[]> => {
    const user = userOf(request);
    return visit({ user, act: 'patients.list' }, async (tx) => {
      demand(may(user, 'see-patients'), 'see-patients');
      const counts = await countDocuments(tx);
      return (await patients(tx))
        .filter((patient) => mayOpen(user, patient))
        .map((patient) => lineOf(patient, counts.get(patient.patientId) ?? 0));
    });
  });

  app.get('/api/patients/:id', async (request): Promise<PatientRecord> => {
    const user = userOf(request);
    const { id: patientId } = params.parse(request.params);
    return visit({ user, act: 'record.read', patientId }, async (tx) => {
      const patient = await patientBy(tx, { patientId });
      if (!patient) throw new Refusal('request.not-found', 'the practice has no such patient', { at: 'patient' });
      demand(mayOpen(user, patient), 'treats-the-patient');
      const documents = await documentsOf(tx, patientId);
      const readers = await readersOfDocuments(
        tx,
        documents.map(({ documentId }) => documentId),
      );
      const { ins, traits } = patient;
      return {
        patient: {
          ...lineOf(patient, documents.length),
          ...(ins && { ins: ins.value }),
          ...(traits.birthPlace?.label !== undefined && { birthPlace: traits.birthPlace.label }),
          ...(traits.usedFamily !== undefined && { usedName: traits.usedFamily }),
        },
        ...(may(user, 'read-results') && { rows: tableOf(documents), allergies: patient.allergies }),
        documents: documents.map((document) => filedOf(document, readers.get(document.documentId))),
      };
    });
  });

  app.get('/api/documents/:id/pdf', async (request, reply) => {
    const user = userOf(request);
    const { id } = params.parse(request.params);
    const document = await documentBy(db, id);
    const visited = { user, act: 'document.read', object: id, ...(document && { patientId: document.patientId }) };
    const bytes = await visit(visited, async (tx) => {
      const patient = document && (await patientBy(tx, { patientId: document.patientId }));
      if (!patient || document.status !== 'current')
        throw new Refusal('request.not-found', 'there is no such document', { at: 'document' });
      demand(may(user, 'read-results') && mayOpen(user, patient), 'read-results');
      return (await bytesOf(tx, id))!;
    });
    return reply.type('application/pdf').send(Buffer.from(await readable(bytes, zone)));
  });
}

const lineOf = ({ patientId, number, traits, isQualified }: LgcPatient, documents: number): PatientLine => ({
  patientId,
  number,
  name: nameOf(traits),
  birthDate: traits.birthDate,
  sex: traits.sex,
  isQualified,
  documents,
});

const filedOf = ({ documentId, title, type, producer, issuedAt, putAt, results }: LgcDocument, readBy: string | undefined) => ({
  documentId,
  title,
  type,
  producer,
  issuedAt: issuedAt.toISOString(),
  putAt: putAt.toISOString(),
  results: results.length,
  ...(readBy !== undefined && { readBy }),
});
