import { expect, test } from 'vitest';
import english from '../messages.en.json' with { type: 'json' };
import french from '../messages.fr.json' with { type: 'json' };
import type { InboxLine } from '../../inbox/contract.ts';
import { sectionsOf } from './sections.ts';

const line = (more: Partial<InboxLine>) => ({ severity: 'normal', why: 'prescriber', through: 'own', ...more }) as InboxLine;
const of = (...lines: InboxLine[]) => sectionsOf(lines).map(({ section, lines: own }) => [section, own.length]);

test('critical results come first, then corrections, then what is outside, and what is normal whole is apart', () => {
  expect(
    of(
      line({}),
      line({ severity: 'abnormal' }),
      line({ severity: 'corrected' }),
      line({ severity: 'critical' }),
      line({ severity: 'unjudged' }),
    ),
  ).toEqual([
    ['critical', 1],
    ['corrected', 1],
    ['outside', 2],
    ['normal', 1],
  ]);
});

test('copies that I did not prescribe are apart, unless they are critical or correct what I read', () => {
  expect(
    of(
      line({ why: 'copy', severity: 'abnormal' }),
      line({ why: 'copy', severity: 'critical' }),
      line({ why: 'reader', severity: 'corrected' }),
    ),
  ).toEqual([
    ['critical', 1],
    ['corrected', 1],
    ['copies', 1],
  ]);
});

test('whoever is told next can be said before they are: no word of the list waits for a name', () => {
  const told = ['practice', 'regulation', 'laboratory', 'other'].map((to) => `exchange.inbox.told.${to}`);
  for (const words of [french, english] as Record<string, string>[])
    expect(told.filter((key) => !words[key] || words[key].includes('{'))).toEqual([]);
});
