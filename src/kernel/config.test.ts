import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConfigError, configSchema, readConfig } from './config.ts';

describe('config.example.env', () => {
  const text = readFileSync('config.example.env', 'utf8');
  const given = Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));

  test('names every variable that Cigogne reads, in the same order, and no other', () => {
    expect(Object.keys(given)).toEqual(Object.keys(configSchema.shape));
  });

  test('gives the defaults', () => {
    expect(readConfig(given)).toEqual(readConfig({}));
  });

  test('explains each variable above it', () => {
    const blocks = text.split('\n\n').filter((block) => /^[A-Z_]+=/m.test(block));
    expect(blocks.every((block) => /^# .+\n(# .+\n)*[A-Z_]+=.*\n*$/.test(block))).toBe(true);
    expect(blocks).toHaveLength(Object.keys(given).length);
  });
});

describe('wrong variables', () => {
  const faults = (env: Record<string, string>) => {
    try {
      readConfig(env);
      return [];
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message.split('\n');
    }
  };

  test('are all told at once, each with what was given', () => {
    const told = faults({ PORT: 'http', CIGOGNE_MODE: 'test', REGION_TIME_ZONE: 'Paris', QUARANTINE_DAYS: '0' });
    expect(told).toHaveLength(4);
    expect(told[0]).toBe('PORT: a whole number from 0 to 65535 (got "http")');
    expect(told.join('\n')).toMatch(/CIGOGNE_MODE: demo or production \(got "test"\)/);
    expect(told.join('\n')).toMatch(/REGION_TIME_ZONE: an IANA time zone such as Europe\/Paris \(got "Paris"\)/);
  });

  test.each(['proxy.example.fr', '10.0.0.1/33', '10.0.0.1,', '10.0.0.0/'])('as proxies are not believed: %s', (proxies) => {
    expect(faults({ TRUSTED_PROXIES: proxies })).toEqual([expect.stringContaining('TRUSTED_PROXIES: addresses or networks such as')]);
    expect(readConfig({ TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16,::1' }).TRUSTED_PROXIES).toBe('10.0.0.1, 10.1.0.0/16,::1');
  });

  test('a certificate header is believed only when the proxies that bring it are named', () => {
    const header = { MTLS_CERTIFICATE_HEADER: 'X-Client-Certificate' };
    expect(faults(header)).toEqual([expect.stringContaining('TRUSTED_PROXIES must name the proxies')]);
    expect(readConfig({ ...header, TRUSTED_PROXIES: '10.0.0.1' }).MTLS_CERTIFICATE_HEADER).toBe('X-Client-Certificate');
    expect(faults({ MTLS_CERTIFICATE_HEADER: 'x: y', TRUSTED_PROXIES: '10.0.0.1' })).toEqual([
      expect.stringContaining('the name of a header'),
    ]);
  });

  test('never show a password', () => {
    const told = faults({ DATABASE_URL: 'mysql://me:s3cret@host/db' });
    expect(told).toEqual(['DATABASE_URL: postgres://user:password@host:5432/database (the value given is not shown)']);
  });

  test('are not the empty ones, which count as absent', () => {
    expect(readConfig({ PORT: '' }).PORT).toBe(8080);
  });
});
