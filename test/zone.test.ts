import { expect, test } from 'vitest';

test('the rules are judged in the time zone that their run is named after', () => {
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(process.env.TZ);
  const summer = new Date('2026-07-01T12:00:00Z').getHours();
  expect(summer).toBe({ UTC: 12, 'Europe/Paris': 14, 'Indian/Reunion': 16 }[process.env.TZ!]);
});
