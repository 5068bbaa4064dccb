import { describe, expect, test } from 'vitest';
import { pdfText, printPages } from '#formats';
import { CATALOGUE, gathered, report, type ResultSketch } from '../constructed.test-support.ts';
import { cumulPrintout } from './printout.ts';

const ZONE = 'Europe/Paris';
const about = {
  identity: ['ESSAI JEANNE', 'Naissance 12/06/1955 · Sexe Féminin · INS 255069999904284'] as [string, string],
  editor: 'Dr Anne LEFEVRE-DEMO',
  now: new Date('2026-11-22T09:00:00Z'),
  zone: ZONE,
  completeness: {
    laboratories: [{ finess: '990000001', name: 'Laboratoire des Essais', reports: 12 }],
    notConnected: ['Labo des Tilleuls'],
    mayBeMasked: true as const,
    asOf: '2026-11-22T09:00:00Z',
  },
};
const potassium = (value: number, more: Partial<ResultSketch> = {}): ResultSketch => ({
  row: 'potassium.serum',
  value,
  interval: { low: 3.5, high: 5.1 },
  ...more,
});
const months = Array.from({ length: 12 }, (_, i) => `2026-${String(i + 1).padStart(2, '0')}-01T07:00:00Z`).slice(0, 11);
const flat = (text: string) => text.replace(/\s+/g, ' ');

function printed(asked: Partial<Parameters<typeof cumulPrintout>[2]> = {}) {
  const reports = months.map((at, i) => report(at, [potassium(i === 10 ? 6.8 : 4.5, i === 10 ? { flag: 'AA' } : {})]));
  const all = gathered(reports);
  return cumulPrintout(all, CATALOGUE, { period: 'all', filters: [], rows: [], ...asked }, about);
}

describe('the cumulative report on paper', () => {
  test('is A4 on its side, says whose it is on each page, when and by whom it was made, and what it does not hold', async () => {
    const bytes = await printPages(printed(), ZONE);
    const { text, pages } = await pdfText(bytes);
    expect(
      [
        ...Buffer.from(bytes)
          .toString('latin1')
          .matchAll(/\/MediaBox \[([^\]]+)\]/g),
      ].map(([, box]) => box),
    ).toEqual(Array.from({ length: pages }, () => '0 0 841.89 595.28'));
    const said = flat(text);
    for (let n = 1; n <= pages; n++) expect(said).toContain(`Page ${n} / ${pages}`);
    expect(said.split('ESSAI JEANNE').length - 1).toBeGreaterThanOrEqual(2 * pages);
    for (const words of [
      'Édité le 22/11/26 10:00 par Dr Anne LEFEVRE-DEMO',
      'Labo des Tilleuls',
      'Des documents peuvent être masqués',
      'Laboratoire des Essais',
      'Prélèvements 10 à 11 sur 11',
    ]) {
      expect(said).toContain(words);
    }
  });

  test('prints values as the laboratory wrote them; a critical one is white on black, signed and bold: no colour is needed', () => {
    const table = printed().blocks.find((block) => block.kind === 'table')!;
    const [group, row] = table.kind === 'table' ? table.body : [];
    expect(group![0]!.span).toBe(11);
    expect(row![2]).toEqual({ text: '6,8 ▲▲', span: 1, isBold: true, media: [], mark: 'inverse' });
    expect(row![3]!.text).toBe('4,5');
    expect(row![1]!.text).toBe('3,5–5,1');
  });

  test('holds what was asked for only, and says how many results that leaves out', () => {
    const words = JSON.stringify(printed({ since: '2026-10-01', until: '2026-11-30', period: '2y' }).blocks);
    expect(words).toContain('Prélèvements 1 à 2 sur 2');
    expect(words).toContain('9 résultats d’autres dates ne sont pas imprimés');
    expect(JSON.stringify(printed({ rows: ['sodium.serum'] }).blocks)).toContain('Aucun résultat reçu pour cette demande');
  });
});
