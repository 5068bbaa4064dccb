import { afterEach, expect, test, vi } from 'vitest';
import { patience } from './presence.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a transaction reads for some seconds: longer, all others who read the same people would wait for it', () => {
  vi.useFakeTimers();
  const refuseOnceLong = patience();
  vi.advanceTimersByTime(4_900);
  refuseOnceLong();
  vi.advanceTimersByTime(200);
  expect(refuseOnceLong).toThrow(expect.objectContaining({ code: 'access.too-many' }));
});
