import { describe, expect, test } from 'vitest';
import { auditEvent } from './audit-event.ts';

const PATIENT = '019a0000-0000-7000-8000-000000000001';
type Given = Parameters<typeof auditEvent>[0];

function told(action: string, object: string | null = null, more: Partial<Given> = {}) {
  const event = {
    at: new Date('2026-11-03T09:12:00Z'),
    actor: 'rpps:899700000011',
    actorName: 'Dr Anne LEFEVRE-DEMO',
    role: 'gp',
    organisationName: null,
    action,
    object,
    told: object,
    via: 'web',
    allowed: true,
    mode: 'normal',
    rule: 'link',
    chain: PATIENT,
    hash: Buffer.alloc(32, 7),
    ...more,
  } as unknown as Given;
  const {
    meta,
    action: letter,
    agent,
    entity,
  } = auditEvent(event, PATIENT, 'https://region.example/fhir') as unknown as {
    meta: { profile?: string[] };
    action: string;
    agent: { type: { coding: { code: string }[] } }[];
    entity: Record<string, unknown>[];
  };
  const profile = meta.profile?.[0]?.replace(/^.*IHE\.BasicAudit\./, '');
  return { profile, letter, agents: agent.map(({ type }) => type.coding[0]!.code), about: entity[1]! };
}

const IN = ['110153', '110152'];
const OUT = ['110152', '110153'];

describe('an event of the trail, as BALP writes it', () => {
  test.each([
    ['biology.read', 'PatientRead', 'R', [...OUT, 'IRCP']],
    ['document.pdf', 'PatientRead', 'R', [...OUT, 'IRCP']],
    ['reading.tell', 'PatientRead', 'R', [...OUT, 'IRCP']],
    ['document.list', 'PatientQuery', 'E', [...IN, 'IRCP']],
    ['deposit.send', 'PatientCreate', 'C', [...IN, 'AUT']],
    ['break-glass.declare', 'PatientCreate', 'C', [...IN, 'AUT']],
    ['document.mask', 'PatientUpdate', 'U', [...IN, 'AUT']],
    ['document.status', 'PatientUpdate', 'U', [...IN, 'AUT']],
    ['identity.decide', 'PatientUpdate', 'U', [...IN, 'AUT']],
    ['result.tell', 'PatientUpdate', 'U', [...IN, 'AUT']],
  ])('%s is a %s', (action, profile, letter, agents) => {
    expect(told(action)).toMatchObject({ profile, letter, agents });
  });

  test('a software that asks for a type searches, one that asks for a resource reads', () => {
    expect(told('record.software', 'Observation').profile).toBe('PatientQuery');
    expect(told('record.software', 'Observation/$lastn').profile).toBe('PatientQuery');
    expect(told('record.software', 'Observation/abc').profile).toBe('PatientRead');
    expect(told('record.software', '$export/Observation').profile).toBe('PatientRead');
  });

  test('a search says what was asked for and of whom, and nothing that was typed', () => {
    const query = (action: string, object: string | null) => Buffer.from(String(told(action, object).about['query']), 'base64').toString();
    expect(query('record.software', 'Observation')).toBe(`Observation?patient=${PATIENT}`);
    expect(query('document.search', null)).toBe(`DocumentReference?patient=${PATIENT}`);
    expect(query('patient.search', null)).toBe(`Patient?patient=${PATIENT}`);
  });

  test('a document and a resource are named by their reference, of what is not told of its kind alone, the record when nothing narrower is said', () => {
    const what = (object: string | null) => told('document.read', object).about['what'];
    expect(what('019a0000-0000-7000-8000-000000000002')).toEqual({ reference: expect.stringMatching(/^DocumentReference\/[0-9a-z.]+$/) });
    expect(what('Observation/a.b.c')).toEqual({ reference: 'Observation/a.b.c' });
    expect(told('record.software', 'Observation/a.b.c').about['description']).toBe('Observation');
    expect(what('Observation')).toEqual({ display: 'Observation' });
    expect(what(null)).toEqual({ reference: `Patient/${PATIENT}` });
  });

  test('what was refused claims no profile: they are of what succeeded', () => {
    expect(told('biology.read', null, { allowed: false })).toMatchObject({ profile: undefined, letter: 'R' });
  });
});
