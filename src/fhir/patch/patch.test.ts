import { describe, expect, test } from 'vitest';
import { actsOf } from '../documents/change-document.ts';
import { readPatch } from './patch.ts';

const ARCHIVED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived';
const label = (code: string) => ({ coding: [{ code }] });
const fiche = { resourceType: 'DocumentReference', status: 'current', securityLabel: [label('N'), label('MASQUE_PS')] };
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const patched = (value: unknown, resource: Record<string, unknown> = fiche) => readPatch(bytes(value)).apply(resource);
/** FHIRPath Patch: each operation as its parts. */
const parameters = (...operations: Record<string, unknown>[]) => ({
  resourceType: 'Parameters',
  parameter: operations.map((parts) => ({
    name: 'operation',
    part: Object.entries(parts).map(([name, value]) =>
      typeof value === 'object' ? { name, ...value } : { name, [typeof value === 'number' ? 'valueInteger' : 'valueString']: value },
    ),
  })),
});

describe('a FHIRPath Patch', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'replaces an element',
      { type: 'replace', path: 'DocumentReference.status', value: { valueCode: 'superseded' } },
      { ...fiche, status: 'superseded' },
    ],
    [
      'adds to a list',
      { type: 'add', path: 'DocumentReference', name: 'securityLabel', value: { valueCodeableConcept: label('INVISIBLE_PATIENT') } },
      { ...fiche, securityLabel: [...fiche.securityLabel, label('INVISIBLE_PATIENT')] },
    ],
    [
      'makes the list that was empty',
      {
        type: 'add',
        path: 'DocumentReference',
        name: 'extension',
        value: {
          part: [
            { name: 'url', valueUri: ARCHIVED },
            { name: 'value', valueBoolean: true },
          ],
        },
      },
      { ...fiche, extension: [{ url: ARCHIVED, value: true }] },
    ],
    [
      'takes away what a condition finds',
      { type: 'delete', path: "DocumentReference.securityLabel.where(coding.code = 'MASQUE_PS')" },
      { ...fiche, securityLabel: [label('N')] },
    ],
    [
      'takes away by position',
      { type: 'delete', path: 'DocumentReference.securityLabel[0]' },
      { ...fiche, securityLabel: [label('MASQUE_PS')] },
    ],
    ['takes away nothing where nothing is', { type: 'delete', path: "DocumentReference.extension('urn:x')" }, fiche],
    [
      'inserts',
      { type: 'insert', path: 'DocumentReference.securityLabel', index: 0, value: { valueCodeableConcept: label('R') } },
      { ...fiche, securityLabel: [label('R'), ...fiche.securityLabel] },
    ],
    [
      'moves',
      { type: 'move', path: 'DocumentReference.securityLabel', source: 0, destination: 1 },
      { ...fiche, securityLabel: fiche.securityLabel.toReversed() },
    ],
  ])('%s', (_, operation, expected) => {
    expect(patched(parameters(operation))).toEqual(expected);
  });

  test('replaces the value of an extension, whatever its type is called', () => {
    const archived = { ...fiche, extension: [{ url: ARCHIVED, valueBoolean: false }] };
    const operation = { type: 'replace', path: `DocumentReference.extension('${ARCHIVED}').value`, value: { valueBoolean: true } };
    expect(patched(parameters(operation), archived)['extension']).toEqual([{ url: ARCHIVED, valueBoolean: true }]);
  });

  test.each([
    ['a path that names several', { type: 'replace', path: 'DocumentReference.securityLabel', value: { valueString: 'x' } }],
    ['a path of another language', { type: 'delete', path: 'DocumentReference.descendants()' }],
    ['no type', { path: 'DocumentReference.status' }],
  ])('with %s is refused', (_, operation) => {
    expect(() => patched(parameters(operation))).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });
});

describe('a JSON Patch', () => {
  test.each<[string, unknown[], Record<string, unknown>]>([
    ['replaces', [{ op: 'replace', path: '/status', value: 'superseded' }], { ...fiche, status: 'superseded' }],
    [
      'adds at the end',
      [{ op: 'add', path: '/securityLabel/-', value: label('R') }],
      { ...fiche, securityLabel: [...fiche.securityLabel, label('R')] },
    ],
    ['removes', [{ op: 'remove', path: '/securityLabel/1' }], { ...fiche, securityLabel: [label('N')] }],
    [
      'tests before',
      [
        { op: 'test', path: '/status', value: 'current' },
        { op: 'remove', path: '/securityLabel/1' },
      ],
      { ...fiche, securityLabel: [label('N')] },
    ],
    [
      'moves and copies',
      [
        { op: 'move', from: '/securityLabel/1', path: '/securityLabel/0' },
        { op: 'copy', from: '/status', path: '/note' },
      ],
      { ...fiche, note: 'current', securityLabel: fiche.securityLabel.toReversed() },
    ],
  ])('%s', (_, operations, expected) => {
    expect(patched(operations)).toEqual(expected);
  });

  test.each([
    ['a pointer that is none (PDSm’s own example)', [{ op: 'replace', path: '/extension[url:x]', value: true }]],
    ['a test that fails', [{ op: 'test', path: '/status', value: 'superseded' }]],
    ['a place outside of the list', [{ op: 'remove', path: '/securityLabel/9' }]],
    ['a step to the prototype', [{ op: 'add', path: '/__proto__/polluted', value: true }]],
    ['no operation', []],
  ])('with %s is refused', (_, operations) => {
    expect(() => patched(operations)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('leaves the resource that it was given as it was', () => {
    const before = structuredClone(fiche);
    patched([{ op: 'remove', path: '/securityLabel' }]);
    expect(fiche).toEqual(before);
  });
});

describe('what a person must have done for a fiche to read so', () => {
  test('labels that come are hidden, labels that go are shown, whatever else is said of confidentiality', () => {
    expect(actsOf(fiche, { ...fiche, securityLabel: [label('INVISIBLE_PATIENT')] })).toEqual({
      hide: ['INVISIBLE_PATIENT'],
      show: ['MASQUE_PS'],
    });
  });

  test('archived, as a boolean or as the word', () => {
    for (const value of [{ valueBoolean: true }, { valueString: 'true' }])
      expect(actsOf(fiche, { ...fiche, extension: [{ url: ARCHIVED, ...value }] })).toMatchObject({ status: 'archive' });
  });

  test.each([
    ['another confidentiality', { securityLabel: [label('R')] }],
    ['superseded by nothing', { status: 'superseded' }],
    ['another extension', { extension: [{ url: 'urn:x', valueBoolean: true }] }],
  ])('%s is nobody’s to write: 405', (_, more) => {
    expect(() => actsOf(fiche, { ...fiche, ...more })).toThrow(expect.objectContaining({ code: 'request.not-allowed' }));
  });
});
