import { catalogueRows, chapters, presets } from '#terminology';

/**
 * The value sets that can be searched in (`:in`, `:not-in`) and read: those of the catalogue of analytes, of LOINC codes alone. `urn:cigogne:valueset:row:[row]` holds the codes whose
 * results are compared in one row, `chapter:[chapter]` those of a chapter, `preset:[preset]` those of a set of the viewer.
 */
const PREFIX = 'urn:cigogne:valueset:';

export interface HeldSet {
  id: string;
  url: string;
  /** In French, as on the screens. */
  title: string;
  description: string;
  /** LOINC codes and their official names. */
  names: ReadonlyMap<string, string>;
}

let sets: { byUrl: ReadonlyMap<string, HeldSet>; byId: ReadonlyMap<string, HeldSet> } | undefined;

const held = () => (sets ??= indexed(made()));

/** The LOINC codes of a value set, named by its canonical address (a version after `|` is not looked at) or as `ValueSet/[id]`. */
export function valueSet(name: string): HeldSet | undefined {
  const { byUrl, byId } = held();
  return name.startsWith('ValueSet/') ? byId.get(name.slice('ValueSet/'.length)) : byUrl.get(name.split('|')[0]!);
}

export const valueSets = (): readonly HeldSet[] => [...held().byUrl.values()];

const indexed = (all: readonly HeldSet[]) => ({
  byUrl: new Map(all.map((one) => [one.url, one])),
  byId: new Map(all.map((one) => [one.id, one])),
});

function made(): HeldSet[] {
  const rows = catalogueRows();
  const set = (kind: string, name: string, words: { title: string; description: string }, of: typeof rows): HeldSet => ({
    // Ids have no underscore (R4 §2.24.0.1).
    id: `${kind}.${name.replaceAll('_', '-')}`,
    url: `${PREFIX}${kind}:${name}`,
    ...words,
    names: new Map(of.flatMap(({ codes }) => codes.map(({ loinc, name: long }) => [loinc, long]))),
  });
  return [
    ...rows.map((row) =>
      set('row', row.row, { title: `${row.label} – ${row.specimen}`, description: 'Codes dont les résultats se comparent sur une ligne' }, [
        row,
      ]),
    ),
    ...chapters().map(({ chapter, label }) =>
      set(
        'chapter',
        chapter,
        { title: label, description: 'Codes d’un chapitre du catalogue' },
        rows.filter((row) => row.chapter === chapter),
      ),
    ),
    ...presets().map((preset) =>
      set(
        'preset',
        preset.preset,
        { title: preset.label, description: 'Codes d’un jeu de lignes de la visionneuse' },
        rows.filter(({ row }) => preset.rows.includes(row)),
      ),
    ),
  ];
}
