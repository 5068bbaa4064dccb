import { escapeAttribute, escapeText } from '#kernel';
import type { XdmSubmission } from './archive.ts';

/** Who made the archive, for the two pages that a person may open. */
export interface XdmSender {
  /** The structure that sends. */
  name: string;
  /** The software, its version and who makes it. */
  software: string;
  version: string;
  publisher: string;
}

/** A file of the archive with the title of its document, if it is one. */
export interface PageEntry {
  path: string;
  title: string;
}

/** INDEX.HTM: what a browser shows (IHE ITI TF-2 §3.32.4.1.2.2). Without the patient's name: the page may stay in a browser's history. */
export function indexPage(sender: XdmSender, entries: readonly PageEntry[]): string {
  const items = entries.map(({ path, title }) => `<li><a href="${escapeAttribute(path)}">${escapeText(title || path)}</a></li>`).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.1//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr">
<head><title>Documents de santé</title></head>
<body>
<h1>Documents de santé</h1>
<p>Expéditeur : ${escapeText(sender.name)}</p>
<ul>
${items}
</ul>
<p><a href="README.TXT">Mode d'emploi</a></p>
</body>
</html>
`;
}

/** README.TXT: sender, sending software, what to do, and the tree of files. */
export function readmePage(sender: XdmSender, submissions: readonly XdmSubmission[], paths: readonly string[]): string {
  const count = submissions.reduce((sum, { documents }) => sum + documents.length, 0);
  return [
    `Expéditeur : ${sender.name}`,
    `Logiciel : ${sender.software} ${sender.version} (${sender.publisher})`,
    '',
    `Cette archive au format IHE XDM contient ${count} document${count > 1 ? 's' : ''} de santé.`,
    'Un logiciel de soins la lit par les fichiers METADATA.XML. Sans ce logiciel, ouvrir INDEX.HTM avec un navigateur.',
    '',
    'Fichiers :',
    ...paths.map((path) => `  ${path}`),
    '',
  ].join('\r\n');
}
