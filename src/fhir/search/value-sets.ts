import { catalogueRows, chapters, presets } from '#terminology';

/**
 * The value sets that can be searched in (`:in`, `:not-in`): those of the catalogue of analytes, of LOINC codes alone. `urn:cigogne:valueset:row:[row]` holds the codes whose
 * results are compared in one row, `chapter:[chapter]` those of a chapter, `preset:[preset]` those of a set of the viewer.
 */
const PREFIX = 'urn:cigogne:valueset:';

let sets: ReadonlyMap<string, ReadonlySet<string>> | undefined;

/** The LOINC codes of a value set; undefined for one that is not held here. */
export function valueSet(url: string): ReadonlySet<string> | undefined {
  return (sets ??= made()).get(url);
}

function made(): ReadonlyMap<string, ReadonlySet<string>> {
  const rows = catalogueRows();
  const codes = (of: typeof rows) => new Set(of.flatMap((row) => row.codes.map(({ loinc }) => loinc)));
  return new Map([
    ...rows.map((row) => [`${PREFIX}row:${row.row}`, codes([row])] as const),
    ...chapters().map(({ chapter }) => [`${PREFIX}chapter:${chapter}`, codes(rows.filter((row) => row.chapter === chapter))] as const),
    ...presets().map((preset) => [`${PREFIX}preset:${preset.preset}`, codes(rows.filter(({ row }) => preset.rows.includes(row)))] as const),
  ]);
}
