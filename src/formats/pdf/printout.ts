import type { ClinicalDocument, DocumentSection, Media, Statement } from '../clinical-document.ts';
import { withNarrative } from '../cda/narrate.ts';
import { INS_ROOTS } from '../cda/oids.ts';
import type { DocumentHeader, Item, LabReport, Participant, Section } from '../lab-report.ts';
import { printTime } from '../print-value.ts';
import { isCounted } from '../version-of-time.ts';
import { type Block, blocksOf } from './blocks.ts';

/** A document ready to be laid on pages: French words only. */
export interface Printout {
  title: string;
  /** The patient, in two lines, on every page. */
  identity: [string, string];
  /** Who wrote it, when, for whom: at the top of the first page. */
  about: string[];
  /** The structure that keeps the document. */
  author: string;
  /** At the foot of every page, beside the page number. */
  foot: string;
  createdAt: string;
  /** On its side: for tables of many columns. */
  isLandscape?: true;
  blocks: Block[];
  media: ReadonlyMap<string, Media>;
}

/** Everything that the document says, in its order. */
export function printoutOf(document: LabReport | ClinicalDocument): Printout {
  const { title, custodian, createdAt, code } = document;
  const isLab = !('kind' in document);
  const media = isLab ? mediaOfReport(document) : mediaOfDocument(document);
  return {
    title: title || code.display || 'Document',
    identity: identityOf(document),
    about: aboutOf(document),
    author: custodian.name ?? '',
    foot: `${custodian.name ?? ''} · document ${document.id.extension ?? document.id.root}${document.version > 1 && isCounted(document.version) ? ` · version ${document.version}` : ''}`,
    createdAt,
    blocks: isLab ? blocksOfSections(withNarrative(document).sections, 2) : blocksOfDocument(document),
    media,
  };
}

const SEXES: Readonly<Record<string, string>> = { F: 'Féminin', M: 'Masculin', UN: 'Indéterminé' };

function identityOf({ patient }: DocumentHeader): [string, string] {
  const birth = [patient.birthFamily, patient.birthGivens ?? patient.firstBirthGiven].filter(Boolean).join(' ');
  const used = [patient.usedFamily, patient.usedGiven].filter(Boolean).join(' ');
  const ins = patient.ids.find(({ root }) => INS_ROOTS.includes(root));
  const local = patient.ids.find(({ root }) => !INS_ROOTS.includes(root));
  const born = patient.birthDate === undefined ? '' : `Naissance ${printTime(patient.birthDate)}`;
  const place = [patient.birthPlace?.label, patient.birthPlace?.cog].filter(Boolean).join(', ');
  return [
    birth === '' ? used || 'Patient sans nom' : used !== '' && used !== birth ? `${birth} (nom utilisé : ${used})` : birth,
    [
      born + (born !== '' && place !== '' ? ` à ${place}` : ''),
      patient.sex === undefined ? '' : `Sexe ${SEXES[patient.sex] ?? patient.sex}`,
      ins ? `INS ${ins.extension ?? ''}` : 'INS non transmise',
      local?.extension === undefined ? '' : `IPP ${local.extension}`,
    ]
      .filter(Boolean)
      .join(' · '),
  ];
}

const nameOf = (person: Participant | undefined): string =>
  [person?.name?.suffix ?? person?.name?.prefix, person?.name?.given, person?.name?.family].filter(Boolean).join(' ') ||
  (person?.device?.software ?? '');

function aboutOf(document: DocumentHeader): string[] {
  const { custodian, createdAt, authors, legalAuthenticator, participants, events, encounter, replaces, orders } = document;
  const prescriber = participants.find(({ type }) => type === 'REF');
  const [event] = events;
  const phone = custodian.telecoms?.find(({ value }) => value?.startsWith('tel:'))?.value?.slice(4);
  const line = (label: string, value: string | undefined) => (value ? [`${label} : ${value}`] : []);
  return [
    [custodian.name, phone && `tél. ${phone}`].filter(Boolean).join(', '),
    ...line('Établi le', createdAt === '' ? '' : printTime(createdAt)),
    ...line('Auteur', authors.map(nameOf).filter(Boolean).join(', ')),
    ...line('Responsable', nameOf(legalAuthenticator)),
    ...line('Prescripteur', nameOf(prescriber)),
    ...line('Demande', orders.map(({ root, extension }) => extension ?? root).join(', ')),
    ...line('Acte', [event?.start && `du ${printTime(event.start)}`, event?.end && `au ${printTime(event.end)}`].filter(Boolean).join(' ')),
    ...line(
      'Séjour',
      [encounter?.start && `du ${printTime(encounter.start)}`, encounter?.end && `au ${printTime(encounter.end)}`]
        .filter(Boolean)
        .join(' '),
    ),
    ...line('Remplace le document', replaces.map(({ root, extension }) => extension ?? root).join(', ')),
    'Mise en page faite à partir du document informatique, qui fait foi.',
  ].filter((words) => words !== '');
}

type AnySection = Pick<Section, 'title' | 'code' | 'narrative'> & { sections: AnySection[] };

function blocksOfSections(sections: readonly AnySection[], level: 2 | 3): Block[] {
  return sections.flatMap((section): Block[] => {
    const title = section.title ?? section.code?.display;
    return [
      ...(title === undefined ? [] : [{ kind: 'heading', level, text: title } as const]),
      ...(section.narrative === undefined ? [] : blocksOf(section.narrative)),
      ...blocksOfSections(section.sections, 3),
    ];
  });
}

/** A body of words is printed; another file can only be told. */
function blocksOfDocument({ body, sections }: ClinicalDocument): Block[] {
  if (!body) return blocksOfSections(sections, 2);
  if (body.mediaType.startsWith('text/plain')) {
    const text = Buffer.from(body.base64, 'base64').toString('utf8');
    return text.split(/\r\n?|\n/).map((line): Block => ({ kind: 'paragraph', text: line, isBold: false }));
  }
  return [{ kind: 'media', ref: BODY }];
}

/** What no xsd:ID can be: the one file of a level 1 document. */
const BODY = ' body';

function mediaOfDocument({ body, sections }: ClinicalDocument): Map<string, Media> {
  const media = new Map<string, Media>();
  const take = (statement: Statement): void => {
    if (statement.media && statement.ref !== undefined) media.set(statement.ref, statement.media);
    for (const relation of statement.relations) take(relation.statement);
  };
  const walk = (section: DocumentSection): void => {
    section.entries.forEach(take);
    section.sections.forEach(walk);
  };
  sections.forEach(walk);
  if (body) media.set(BODY, body);
  return media;
}

function mediaOfReport(report: LabReport): Map<string, Media> {
  const media = new Map<string, Media>();
  const take = (item: Item): void => {
    if (item.kind === 'image' || item.kind === 'attachment') {
      if (item.ref !== undefined) media.set(item.ref, { mediaType: item.mediaType, base64: item.base64 });
    } else if (item.kind === 'battery' || item.kind === 'isolate') item.items.forEach(take);
    else if (item.kind === 'result') item.media?.forEach(take);
  };
  const walk = (section: Section): void => {
    for (const entry of section.entries) entry.items.forEach(take);
    section.sections.forEach(walk);
  };
  report.sections.forEach(walk);
  return media;
}
