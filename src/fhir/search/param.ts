/** What a parameter of a search is, and how the table of them is written. */
export type ParamType = 'token' | 'date' | 'string' | 'reference' | 'quantity' | 'uri' | 'composite';

export interface Param {
  name: string;
  type: ParamType;
  /** The elements that it looks in, each a path from the resource (`code`, `collection.collectedDateTime`). */
  paths: readonly string[];
  /** What a resource that says nothing of it means. */
  whenAbsent?: unknown;
  /** Types that a reference may lead to. */
  targets?: readonly string[];
  /** The two parameters of a composite, looked for in the same place: in the same of the elements `within`, when there are several. */
  parts?: readonly [string, string];
  within?: string;
  /** Whether anything stands there is what is searched (`deceased`). */
  isPresence?: true;
  expression: string;
}

export const param =
  (type: ParamType) =>
  (name: string, ...paths: string[]): Param => ({
    name,
    type,
    paths: paths.length > 0 ? paths : [name],
    expression: paths.join(' | ') || name,
  });
export const token = param('token');
export const date = param('date');
export const string = param('string');
export const quantity = param('quantity');
export const reference = (name: string, targets: readonly string[], ...paths: string[]): Param => ({
  ...param('reference')(name, ...paths),
  targets,
});
export const composite = (name: string, first: string, second: string, within?: string): Param => ({
  name,
  type: 'composite',
  paths: [],
  parts: [first, second],
  ...(within !== undefined && { within }),
  expression: `${first} & ${second}`,
});

/** The date of what says none. */
export const ANY_DATE = {};

export const AUTHORS = ['Practitioner', 'PractitionerRole', 'Organization'];

/** Of whom a resource is, where R4 calls the element `subject`. */
export const PATIENT = [reference('patient', ['Patient'], 'subject'), reference('subject', ['Patient'], 'subject')];
