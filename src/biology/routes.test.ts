import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { catalogueSchema } from './contract.ts';
import { biologyRoutes, catalogueFor } from './routes.ts';

test('the catalogue of rows is given once, then only when it changed', async () => {
  const app = Fastify();
  await biologyRoutes(app, { catalogue: catalogueFor({ formulas: ['egfr-ckdepi-2009'], critical: [] }) });
  const first = await app.inject({ url: '/api/biology/catalogue' });
  const catalogue = catalogueSchema.parse(first.json());
  expect(catalogue.rows.some((row) => row.row === 'potassium.serum' && row.synonyms.length > 0)).toBe(true);
  const again = await app.inject({ url: '/api/biology/catalogue', headers: { 'if-none-match': String(first.headers.etag) } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
});

test('every blood group and antibody screen of the catalogue is marked, so that none becomes a row', async () => {
  const app = Fastify();
  await biologyRoutes(app, { catalogue: catalogueFor({ formulas: ['egfr-ckdepi-2009'], critical: [] }) });
  const { rows } = catalogueSchema.parse((await app.inject({ url: '/api/biology/catalogue' })).json());
  const marked = rows.filter((row) => row.immunoHaematology).map((row) => row.row);
  expect(marked).toEqual(expect.arrayContaining(['abo_rh.blood', 'rai_screen.serum']));
});
