import { useEffect } from 'react';

/** Any words as a string of a style sheet: what could end it is written as its code. */
export const styleString = (words: string): string =>
  `"${words.replace(/[^\p{L}\p{N} ,.·—’]/gu, (sign) => `\\${sign.codePointAt(0)!.toString(16)} `)}"`;

/**
 * Whose pages these are, at the foot of each sheet that the browser prints, with its number: a banner is on the first only.
 * @param words one line: name, birth date
 */
export function usePrintedIdentity(words: string): void {
  useEffect(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `@page { @bottom-left { content: ${styleString(words)}; font-size: 9px } @bottom-right { content: counter(page) " / " counter(pages); font-size: 9px } }`,
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    };
  }, [words]);
}
