import { afterEach, expect, test, vi } from 'vitest';
import { askAhead, forgetAhead, sendAhead, takeAnswer } from './ahead.ts';
import { api } from './api.ts';

const answering = (status: number, body: unknown) => {
  const server = vi.fn<() => Promise<Response>>(async () => Response.json(body, { status }));
  vi.stubGlobal('fetch', server);
  return server;
};

afterEach(() => {
  forgetAhead();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('what was asked ahead is asked of the server once, and given to the page once', async () => {
  const server = answering(200, { reports: 3 });
  expect(await askAhead('/api/patients/p')).toEqual({ reports: 3 });
  expect(await api('/api/patients/p')).toEqual({ reports: 3 });
  expect(server).toHaveBeenCalledTimes(1);
  await api('/api/patients/p');
  expect(server).toHaveBeenCalledTimes(2);
});

test('a refusal asked ahead is told by the page with its code, and not hidden', async () => {
  answering(403, { code: 'access.denied', message: 'no care link' });
  expect(await askAhead('/api/patients/p')).toBeUndefined();
  await expect(api('/api/patients/p')).rejects.toMatchObject({ status: 403, code: 'access.denied' });
});

test('a network lost while asking ahead is a network lost for the page', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
  sendAhead('/api/patients/p/biology');
  await expect(api('/api/patients/p/biology')).rejects.toMatchObject({ code: 'network.lost' });
});

test('an answer that waited ten seconds is asked again: the record may have changed', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  answering(200, {});
  sendAhead('/api/patients/p/biology');
  vi.advanceTimersByTime(10_001);
  expect(takeAnswer('/api/patients/p/biology')).toBeUndefined();
});

test('a change is sent to the server and never answered by what was read ahead', async () => {
  const server = answering(200, {});
  sendAhead('/api/patients/p/targets');
  await api('/api/patients/p/targets', { method: 'POST', body: {} });
  expect(server).toHaveBeenCalledTimes(2);
});
