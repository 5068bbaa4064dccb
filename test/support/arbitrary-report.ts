import fc from 'fast-check';
import type {
  Address,
  Attachment,
  Battery,
  Coded,
  Entry,
  Identifier,
  Image,
  Isolate,
  LabReport,
  Organization,
  Participant,
  PersonName,
  PreviousResult,
  ReferenceRange,
  Result,
  ResultValue,
  Section,
  Specimen,
  Telecom,
} from '../../src/formats/lab-report.ts';
import { chemistryReport } from './lab-report.ts';

/** Any laboratory report that CDA can carry: for tests that write and read again. All words are invented. */

/** Words with everything that escaping must bear, blanks as a reader leaves them. */
const words = fc
  .string({ unit: fc.constantFrom(...'abcdeéµ≤Ω😀ABC 012<>&"\'#;/%-.,()[]{}'), minLength: 1, maxLength: 12 })
  .map((text) => text.replace(/ +/g, ' ').trim() || 'x');
/** A code: no blanks. */
const token = words.map((text) => text.replaceAll(' ', '_'));
const lines = fc.array(words, { minLength: 1, maxLength: 3 }).map((all) => all.join('\n'));
const oid = fc.array(fc.nat(999), { minLength: 2, maxLength: 6 }).map((arcs) => `1.2.${arcs.join('.')}`);
const time = fc
  .tuple(
    fc.integer({ min: 1900, max: 2099 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
    fc.constantFrom('', '0930', '093015', '093015+0100'),
  )
  .map(([y, m, d, rest]) => `${y}${String(m).padStart(2, '0')}${String(d).padStart(2, '0')}${rest}`);
const decimal = fc.tuple(fc.nat(9_999), fc.constantFrom('', '.0', '.50', '.125')).map(([whole, rest]) => `${whole}${rest}`);
const unit = fc.constantFrom('mmol/L', 'g/L', '10*9/L', '/uL', 'm[IU]/L', '%', '{ratio}', '1');

/** Optional keys left out rather than undefined, as the model wants them. */
const record = <T>(required: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(required) as fc.Arbitrary<T>;
const maybe = <T extends object>(required: { [K in keyof T]?: fc.Arbitrary<T[K]> }, requiredKeys: (keyof T)[]): fc.Arbitrary<T> =>
  fc.record(required as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: requiredKeys as string[],
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<T>;
const some = <T>(one: fc.Arbitrary<T>, maxLength = 3) => fc.array(one, { minLength: 1, maxLength });

const id = maybe<Identifier>({ root: oid, extension: words, assigningAuthority: words }, ['root']);
const coding = maybe<Coded>({ code: token, system: oid, systemName: words, display: words }, ['code', 'system']);
const uncoded: fc.Arbitrary<Coded> = record<Coded>({ originalText: words, translations: some(coding, 2) });
const coded: fc.Arbitrary<Coded> = fc.oneof(
  maybe<Coded>({ code: token, system: oid, display: words, originalText: words, translations: some(coding, 2) }, ['code', 'system']),
  uncoded,
);
const telecom = fc.oneof(
  record<Telecom>({ value: fc.nat(999_999_999).map((n) => `tel:0${n}`), use: fc.constant('WP') }),
  fc.constant<Telecom>({ nullFlavor: 'MSK' }),
);
const address: fc.Arbitrary<Address> = fc.oneof(
  record<Address>({ lines: some(words) }),
  maybe<Address>({ houseNumber: words, streetName: words, postalCode: words, city: words, country: words, use: fc.constant('H') }, [
    'city',
  ]),
  fc.constant<Address>({ nullFlavor: 'UNK' }),
);
const name = maybe<PersonName>({ family: words, given: words, prefix: fc.constant('MME'), suffix: fc.constant('DR') }, ['family']);
const organization = maybe<Organization>({ ids: some(id, 2), name: words, telecoms: some(telecom, 2), address, industry: coding }, ['ids']);

const role = { ids: some(id, 2), name, code: coding, telecoms: some(telecom, 2), address, organization };
const entity = maybe<Participant>(role, ['ids']);
const timed = maybe<Participant>({ ...role, time }, ['ids', 'time']);
const author = fc.oneof(
  maybe<Participant>({ ...role, time, function: coding }, ['ids', 'time']),
  record<Participant>({ ids: some(id, 1), time, device: record({ model: words, software: words }) }),
);
const relative = maybe<Participant>({ ids: fc.constant([]), relation: fc.constantFrom('ECON', 'NOK'), name, code: coding, address }, [
  'ids',
  'relation',
]);
const scoped = maybe<Organization>({ ids: some(id, 1), name: words }, ['ids']);
const inEntry = maybe<Participant>({ ids: some(id, 1), name, address, telecoms: some(telecom, 1), time, organization: scoped }, ['ids']);
const device = record<Participant>({ ids: some(id, 1), code: coding, device: record({ model: words }) });

const quantity = maybe<{ value: string; unit: string }>({ value: decimal, unit }, ['value']);
const bound = maybe<{ value: string; unit: string; inclusive: boolean }>({ value: decimal, unit, inclusive: fc.boolean() }, ['value']);
const typed = <T extends ResultValue['type']>(type: T) => ({ type: fc.constant(type) });
const value: fc.Arbitrary<ResultValue> = fc.oneof(
  maybe({ ...typed('quantity'), value: decimal, unit, translations: some(quantity, 2) }, ['type', 'value']) as fc.Arbitrary<ResultValue>,
  maybe({ ...typed('range'), low: bound, high: bound }, ['type', 'high']) as fc.Arbitrary<ResultValue>,
  record({ ...typed('range'), low: bound }) as fc.Arbitrary<ResultValue>,
  record({ ...typed('integer'), value: fc.integer().map(String) }),
  record({ ...typed('real'), value: decimal }),
  record({ ...typed('coded'), code: coded }),
  record({ ...typed('text'), text: words }),
  record({ ...typed('text'), text: words, mediaType: fc.constant('text/plain') }),
  record({ ...typed('coded-text'), text: words, code: coding }),
  record({ ...typed('time'), value: time }),
  record({ ...typed('ratio'), numerator: quantity, denominator: quantity }),
  record({ ...typed('boolean'), value: fc.boolean() }),
  record({ ...typed('attachment'), mediaType: fc.constant('image/png'), base64: fc.constantFrom('AAAA', 'iVBORw0KGgo=') }),
  record({ ...typed('absent'), nullFlavor: fc.constantFrom('NA', 'NAV', 'UNK') }),
);
const interpretations = some(fc.constantFrom('H', 'L', 'N', 'S', 'I', 'R', 'POS', 'ZZ'), 2);
const reference = maybe<ReferenceRange>(
  { low: bound, high: bound, text: words, interpretation: fc.constant('N'), preconditions: some(coding, 2) },
  ['high'],
);
const previous = maybe<PreviousResult>({ code: coding, status: fc.constant('completed'), at: time, value, interpretations }, [
  'code',
  'status',
  'at',
]);
const specimenRole = record<Specimen>({ ids: some(id, 1), type: coding });
const specimen = maybe<Specimen>(
  {
    ids: some(id, 2),
    type: coding,
    act: coding,
    sampledAt: time,
    receivedAt: time,
    site: coding,
    sampler: timed,
    comments: some(lines, 1),
  },
  ['type'],
);
/** Often one that another picture, a narrative, or the writer itself would also take. */
const ncname = fc.oneof(
  fc.nat(99_999).map((n) => `m.${n}`),
  fc.constantFrom('m.1', 'media1', 'r1', 'pdf-copy', '1 é'),
);
const image = record<Image>({
  kind: fc.constant('image'),
  ref: ncname,
  mediaType: fc.constant('image/png'),
  base64: fc.constantFrom('AAAA', 'BBBB'),
});
const attachment = maybe<Attachment>(
  {
    kind: fc.constant('attachment'),
    id,
    status: fc.constant('completed'),
    type: coding,
    at: time,
    ref: ncname,
    mediaType: fc.constantFrom('image/png', 'text/rtf'),
    base64: fc.constant('AAAA'),
  },
  ['kind', 'id', 'status', 'type', 'mediaType', 'base64'],
);
const takingPart = some(
  fc.tuple(fc.constantFrom('CSM', 'RESP'), inEntry).map(([type, person]) => ({ type, ...person })),
  1,
);
const result: fc.Arbitrary<Result> = maybe<Result>(
  {
    kind: fc.constant('result'),
    id,
    code: coded,
    status: fc.constantFrom('completed', 'aborted'),
    at: time,
    value,
    interpretations,
    method: coding,
    specimen: specimenRole,
    performer: timed,
    authors: some(author, 1),
    validators: some(inEntry, 1),
    device,
    participants: takingPart,
    comments: some(lines, 2),
    previous: some(previous, 2),
    reference,
    narrative: words,
    media: some(image, 1),
  },
  ['kind', 'code', 'status'],
);
const battery = maybe<Battery>(
  {
    kind: fc.constant('battery'),
    id,
    code: coded,
    status: fc.constant('completed'),
    at: time,
    items: fc.array(fc.oneof(result, image), { maxLength: 3 }),
    comments: some(lines, 2),
    performer: timed,
    authors: some(author, 1),
    validators: some(inEntry, 1),
    participants: takingPart,
    specimen,
  },
  ['kind', 'status', 'items'],
);
const isolate = maybe<Isolate>(
  {
    kind: fc.constant('isolate'),
    id,
    organism: coded,
    specimenIds: some(id, 1),
    status: fc.constant('completed'),
    at: time,
    items: fc.array(fc.oneof(result, battery), { maxLength: 3 }),
    comments: some(lines, 1),
  },
  ['kind', 'organism', 'status', 'items'],
);
const entry: fc.Arbitrary<Entry> = fc.oneof(
  maybe<Entry>(
    {
      code: coding,
      status: fc.constantFrom('completed', 'active', 'aborted'),
      performer: timed,
      authors: some(author, 1),
      validators: some(inEntry, 2),
      participants: takingPart,
      specimens: some(specimen, 2),
      items: fc.array(fc.oneof(result, battery, isolate, image, attachment), { maxLength: 4 }),
      comments: some(lines, 2),
    },
    ['code', 'status', 'items'],
  ),
  attachment.map((item): Entry => ({ isBare: true, status: 'completed', items: [item] })),
);
const leafSection = maybe<Section>(
  {
    kind: fc.constantFrom('chapter', 'sub-chapter', 'second-intention', 'reason', 'other'),
    id,
    code: coding,
    title: words,
    narrative: fc.constantFrom(
      '<paragraph>déjà &lt; écrit</paragraph>',
      'x',
      '<table><tbody><tr><td>a</td></tr></tbody></table>',
      '<paragraph ID="r1">a</paragraph><renderMultiMedia referencedObject="m.1"/>',
      '<paragraph ID="m.1">ID="r1"<content ID=\'m.1\'>b</content></paragraph>',
    ),
    entries: fc.array(entry, { minLength: 1, maxLength: 2 }),
    sections: fc.constant([]),
  },
  ['kind', 'entries', 'sections'],
).map((section) => (section.narrative === undefined ? section : withoutLineEnds(section)));

/** Where the narrative is given, comments stand in their entries, where a line end is only a blank. */
const withoutLineEnds = (section: Section): Section => JSON.parse(JSON.stringify(section).replaceAll('\\n', ' ')) as Section;
const comment = record<Section>({
  kind: fc.constant('comment'),
  title: words,
  narrative: fc.constant('<paragraph>un commentaire</paragraph>'),
  entries: fc.constant([]),
  sections: fc.constant([]),
});
const section = fc.oneof(
  leafSection,
  comment,
  fc.array(leafSection, { minLength: 1, maxLength: 2 }).map((sections): Section => ({ kind: 'chapter', entries: [], sections })),
);

/** Any report of level 3; what is identity and dates of the header comes from a fixed invented one. */
export const arbitraryReport: fc.Arbitrary<LabReport> = fc
  .record(
    {
      sections: some(section),
      authors: some(author, 2),
      informants: some(fc.oneof(relative, entity), 2),
      recipients: some(maybe<Participant>({ ids: some(id, 1), name, address, organization }, ['ids']), 2),
      dataEnterer: timed,
      legalAuthenticator: timed,
      validators: fc.array(timed, { maxLength: 2 }),
      participants: fc.array(
        fc.tuple(fc.constantFrom('REF', 'PRF', 'INF'), timed, fc.option(coding, { nil: undefined })).map(([type, person, duty]) => ({
          type,
          ...person,
          ...(duty && { function: duty }),
        })),
        { maxLength: 2 },
      ),
      replaces: fc.array(id, { maxLength: 1 }),
      version: fc.integer({ min: 1, max: 99 }),
      orders: fc.array(id, { maxLength: 2 }),
      events: fc
        .constantFrom('completed', 'active', 'aborted')
        .map((status) => chemistryReport(0).events.map((event) => ({ ...event, status }))),
    },
    { requiredKeys: ['sections', 'authors', 'validators', 'participants', 'replaces', 'version', 'orders', 'events'] },
  )
  .map((some) => {
    const { dataEnterer: _, informants: __, ...base } = chemistryReport(0);
    return { ...base, ...some };
  });
