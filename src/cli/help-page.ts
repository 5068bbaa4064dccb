import { helpOf, helpOfAll, type Verb } from './verb.ts';

const block = (text: string) => `\`\`\`text\n${text}\n\`\`\``;

/** docs/cli.md: the help of all verbs as one page, so that the page cannot say other than the program. */
export function helpAsMarkdown(verbs: readonly Verb[]): string {
  return [
    '# Command line',
    'This page is what `./cigogne --help` prints, verb by verb; a test compares the two.',
    block(helpOfAll(verbs)),
    ...verbs.map((verb) => `## ${verb.name}\n\n${block(helpOf(verb))}`),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}
