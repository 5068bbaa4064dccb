import type { Language, Messages } from '#ui';

type Catalogue = { default: Messages };
type Loaders = Record<string, () => Promise<Catalogue>>;

/** Words of the first page and of results: few, so that a cold page shows its values sooner. */
const first: Record<Language, Loaders> = {
  fr: import.meta.glob<Catalogue>(['../{app,ui}/messages.fr.json', '../{biology,terminology}/web/messages.fr.json']),
  en: import.meta.glob<Catalogue>(['../{app,ui}/messages.en.json', '../{biology,terminology}/web/messages.en.json']),
};

/** Every other module's words, found by the name of their file; only the reader's language is fetched. */
const others: Record<Language, Loaders> = {
  fr: import.meta.glob<Catalogue>(['../*/web/messages.fr.json', '!../{biology,terminology,lgc}/**']),
  en: import.meta.glob<Catalogue>(['../*/web/messages.en.json', '!../{biology,terminology,lgc}/**']),
};

async function read(catalogues: Loaders): Promise<Record<string, string>> {
  const found = await Promise.all(Object.values(catalogues).map((load) => load()));
  return Object.assign({}, ...found.map((catalogue) => catalogue.default)) as Record<string, string>;
}

/** Fetches them, for `loadMessages` to find them there. */
export const fetchWords = (language: Language): Promise<unknown> => read(first[language]);

/** What is on screen is read from, and the words that join it. */
let current: { language: Language; words: Record<string, string>; whole?: Promise<unknown> } | undefined;

/** The words of the first pages; those of the others join the same catalogue when `wholeWords` asks for them. */
export async function loadMessages(language: Language): Promise<Messages> {
  const wasWhole = current?.whole !== undefined;
  const words = await read(first[language]);
  current = { language, words };
  // A page of another module is perhaps open: the new language comes with its words.
  if (wasWhole) await wholeWords();
  return words;
}

/** Settles once every page has its words: what a page of another module waits for. */
export async function wholeWords(): Promise<void> {
  const asked = current;
  if (!asked) return;
  asked.whole ??= read(others[asked.language]).then((more) => Object.assign(asked.words, more));
  await asked.whole;
}
