import type { Language, Messages } from '#ui';

type Catalogue = { default: Messages };

/** Every module's words, found by the name of their file; only the reader's language is fetched. */
const catalogues: Record<Language, Record<string, () => Promise<Catalogue>>> = {
  fr: import.meta.glob<Catalogue>(['../*/messages.fr.json', '../*/web/messages.fr.json']),
  en: import.meta.glob<Catalogue>(['../*/messages.en.json', '../*/web/messages.en.json']),
};

export async function loadMessages(language: Language): Promise<Messages> {
  const read = await Promise.all(Object.values(catalogues[language]).map((load) => load()));
  return Object.assign({}, ...read.map((catalogue) => catalogue.default)) as Messages;
}
