/**
 * Germs by their binomial, printed in full or with a shortened genus. A name that this does not know is no germ of the list: it stays
 * as printed and stands apart. Identifiers: NCBI taxonomy (public domain).
 */
import { organismKey } from './qualitative.ts';

const TAXA: Readonly<Record<string, number>> = {
  'acinetobacter baumannii': 470,
  'campylobacter coli': 195,
  'campylobacter jejuni': 197,
  'candida albicans': 5476,
  'candida auris': 498019,
  'chlamydia trachomatis': 813,
  'citrobacter freundii': 546,
  'citrobacter koseri': 545,
  'clostridioides difficile': 1496,
  'cutibacterium acnes': 1747,
  'enterobacter cloacae': 550,
  'enterococcus faecalis': 1351,
  'enterococcus faecium': 1352,
  'escherichia coli': 562,
  'gardnerella vaginalis': 2702,
  'haemophilus influenzae': 727,
  'helicobacter pylori': 210,
  'klebsiella aerogenes': 548,
  'klebsiella oxytoca': 571,
  'klebsiella pneumoniae': 573,
  'legionella pneumophila': 446,
  'listeria monocytogenes': 1639,
  'moraxella catarrhalis': 480,
  'morganella morganii': 582,
  'mycobacterium tuberculosis': 1773,
  'mycoplasma genitalium': 2097,
  'neisseria gonorrhoeae': 485,
  'neisseria meningitidis': 487,
  'proteus mirabilis': 584,
  'proteus vulgaris': 585,
  'pseudomonas aeruginosa': 287,
  'serratia marcescens': 615,
  'staphylococcus aureus': 1280,
  'staphylococcus epidermidis': 1282,
  'staphylococcus haemolyticus': 1283,
  'staphylococcus lugdunensis': 28035,
  'staphylococcus saprophyticus': 29385,
  'stenotrophomonas maltophilia': 40324,
  'streptococcus agalactiae': 1311,
  'streptococcus pneumoniae': 1313,
  'streptococcus pyogenes': 1314,
};

/** Names that changed, to the one of today. */
const FORMER: Readonly<Record<string, string>> = {
  'clostridium difficile': 'clostridioides difficile',
  'enterobacter aerogenes': 'klebsiella aerogenes',
  'propionibacterium acnes': 'cutibacterium acnes',
};

/** The germ that these words name and nothing else; undefined for a sentence, or a name outside the list. */
export function organismOf(printed: string): { organism: string; taxon: number } | undefined {
  if (printed.length > 60) return undefined;
  const key = organismKey(printed);
  const today = Object.hasOwn(FORMER, key) ? FORMER[key]! : key;
  const taxon = Object.hasOwn(TAXA, today) ? TAXA[today] : undefined;
  return taxon === undefined ? undefined : { organism: `${today[0]!.toUpperCase()}${today.slice(1)}`, taxon };
}
