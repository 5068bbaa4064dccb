import { beforeAll, describe, expect, test } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { POTASSIUM, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { type LabReport, type Section, writeCda } from '../formats/index.ts';
import type { DocumentList, PatientReports } from './contract.ts';

const server = testServer();
const laboratory = testLaboratory(server);
const PDF = Buffer.from('%PDF-1.4\n%%EOF').toString('base64');
const sent: Record<string, string> = {};
let patientId = '';

/** A report whose results are in its PDF alone. */
const pdfOnly = (n: number, title: string): LabReport => ({ ...reportOf(n, { results: [] }), title, sections: [], pdf: { base64: PDF } });
const heading = (title: string, narrative: string): Section => ({ kind: 'chapter', title, narrative, entries: [], sections: [] });

beforeAll(async () => {
  const deposit = async (name: string, report: LabReport) => {
    // Our writer gives every report the national title.
    const xml = writeCda(report).replace(/<title>[^<]*<\/title>/, `<title>${report.title}</title>`);
    const answer = await laboratory.deposit(xml);
    expect([name, answer.state]).toEqual([name, 'stored']);
    sent[name] = answer.documentId!;
  };
  await deposit('plain PDF', pdfOnly(1, 'Compte rendu de biologie'));
  await deposit('PDF of HIV', pdfOnly(2, 'Sérologie VIH'));
  const coded = reportOf(3, { results: [POTASSIUM] });
  await deposit('words of HIV', {
    ...coded,
    sections: [...coded.sections, heading('Virologie', '<paragraph>Dépistage du VIH : négatif</paragraph>')],
  });
  await deposit('very restricted', { ...reportOf(4), confidentiality: { code: 'V', system: '2.16.840.1.113883.5.25', display: 'V' } });
  const [row] = await server.database.db.query<{ id: string }>('', 'select patient_id as id from record.document limit 1');
  patientId = row!.id;
  const since = new Date(Date.now() - 60_000);
  const link = { patientId, kind: 'care-team' as const, since };
  await registerLinks(server.database.db, [{ ...link, holder: { person: PEOPLE.nurse.id } }], 'test');
});

const ask = async (who: Principal, path: string) => {
  const answer = await server.app.inject({ url: `/api/patients/${patientId}${path}`, headers: await server.as(who) });
  return { status: answer.statusCode, body: answer.body };
};
const listed = async (who: Principal) => {
  const { documents } = JSON.parse((await ask(who, '/documents?period=all')).body) as DocumentList;
  return Object.entries(sent).flatMap(([name, id]) => (documents.some(({ documentId }) => documentId === id) ? [name] : []));
};

describe('a report whose words name a sensitive family', () => {
  test('that has no coded result is hidden whole, its PDF too, as a result of that family would be', async () => {
    expect(await listed(PEOPLE.nurse)).toEqual(['plain PDF', 'words of HIV']);
    for (const path of ['', '/pdf', '/original']) {
      expect((await ask(PEOPLE.nurse, `/documents/${sent['PDF of HIV']}${path}`)).status).toBe(404);
      expect((await ask(PEOPLE.nurse, `/documents/${sent['plain PDF']}${path}`)).status).toBe(200);
    }
    expect((await ask(PEOPLE.nurse, `/reports/${sent['PDF of HIV']}`)).status).toBe(404);
  });

  test('beside coded results shows these, and keeps what cannot be cut', async () => {
    const { reports } = JSON.parse((await ask(PEOPLE.nurse, '/biology')).body) as PatientReports;
    expect(reports.find(({ documentId }) => documentId === sent['words of HIV'])!.results).toHaveLength(1);
    expect((await ask(PEOPLE.nurse, `/reports/${sent['words of HIV']}/original`)).status).toBe(404);
    const view = await ask(PEOPLE.nurse, `/reports/${sent['words of HIV']}`);
    expect([view.status, view.body.includes('VIH')]).toEqual([200, false]);
  });

  test('that its author calls very restricted is hidden from professionals, as what the patient masks', async () => {
    expect(await listed({ ...PEOPLE.patient, patientId })).toContain('very restricted');
    expect(await listed(PEOPLE.nurse)).not.toContain('very restricted');
  });
});
