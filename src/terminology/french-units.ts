/**
 * Units as French laboratories print them, read into UCUM before any UCUM check.
 *
 * `G/L` (giga per litre: platelets) and `T/L` (tera per litre: red cells) are valid UCUM for gauss and tesla per litre; `mm` is
 * a length, but a sedimentation rate is printed so; `UI` is an enzyme unit or an international unit according to the analyte.
 * What depends on the analyte is settled by `conversion.ts`, which knows the row.
 */
import { parseUcum, type Unit } from './ucum.ts';

/** Whole spellings that no rule below reads. */
const WHOLE: Readonly<Record<string, string>> = {
  'kUA/L': 'k[IU]/L',
  'KUA/L': 'k[IU]/L',
  'BAU/mL': "[arb'U]{BAU}/mL",
  GPL: "[GPL'U]",
  'GPL/mL': "[GPL'U]",
  'UGPL/mL': "[GPL'U]",
  'U GPL/mL': "[GPL'U]",
  MPL: "[MPL'U]",
  'MPL/mL': "[MPL'U]",
  'UMPL/mL': "[MPL'U]",
  'U MPL/mL': "[MPL'U]",
  µ3: 'fL',
  µm3: 'fL',
  'mm à 1 h': 'mm/h',
  'mm à 1h': 'mm/h',
  'mm/1h': 'mm/h',
  'mm/1 h': 'mm/h',
  'mm 1h': 'mm/h',
  'mm (1h)': 'mm/h',
  'mm 1ère heure': 'mm/h',
  'mm/1ère heure': 'mm/h',
  UpH: '[pH]',
  'unité pH': '[pH]',
  'unités pH': '[pH]',
  'U pH': '[pH]',
  pH: '[pH]',
  INR: '{INR}',
  MoM: '{M.o.M}',
  score: '{score}',
  fraction: '{fraction}',
  titre: '{titer}',
  Titre: '{titer}',
  index: '{index}',
  Index: '{index}',
  indice: '{index}',
  Indice: '{index}',
  ratio: '{ratio}',
  Ratio: '{ratio}',
  rapport: '{ratio}',
  Rapport: '{ratio}',
  '/100 GB': '/100{WBCs}',
  '/100GB': '/100{WBCs}',
  '/100 leucocytes': '/100{WBCs}',
  '‰': '[ppth]',
  '°/°°': '[ppth]',
  'mm Hg': 'mm[Hg]',
  'mm de Hg': 'mm[Hg]',
  mmHg: 'mm[Hg]',
  'K/µL': '10*3/uL',
  'K/uL': '10*3/uL',
  'M/µL': '10*6/uL',
  'M/uL': '10*6/uL',
};

/** One factor of a unit, between two slashes. */
const FACTOR: Readonly<Record<string, string>> = {
  G: '10*9',
  Giga: '10*9',
  giga: '10*9',
  T: '10*12',
  Tera: '10*12',
  Téra: '10*12',
  téra: '10*12',
  M: '10*6',
  millions: '10*6',
  million: '10*6',
  UA: "[arb'U]",
  AU: "[arb'U]",
  UFC: '[CFU]',
  CFU: '[CFU]',
  champ: '[HPF]',
  '24h': '(24.h)',
  '24 h': '(24.h)',
  '24H': '(24.h)',
  '24 H': '(24.h)',
  '24 heures': '(24.h)',
  '24heures': '(24.h)',
  j: 'd',
  jour: 'd',
  mn: 'min',
  heure: 'h',
  sec: 's',
  secondes: 's',
  litre: 'L',
  '100 mL': 'dL',
  '100mL': 'dL',
  '100 ml': 'dL',
  '100ml': 'dL',
  mcg: 'ug',
  Eq: 'eq',
  mEq: 'meq',
  µEq: 'ueq',
  mOsm: 'mosm',
  mOsmol: 'mosm',
  mosmol: 'mosm',
  MMOL: 'mmol',
  UMOL: 'umol',
  NMOL: 'nmol',
  PMOL: 'pmol',
  Hb: '{Hb}',
  'g Hb': 'g{Hb}',
  gHb: 'g{Hb}',
  copies: '{copies}',
  copie: '{copies}',
  'mol Hb': 'mol',
  "mol d'Hb": 'mol',
  'g de selles': 'g',
  'g selles': 'g',
  elt: '{elts}',
  elts: '{elts}',
  élt: '{elts}',
  élts: '{elts}',
  leucocytes: '{cells}',
  hématies: '{cells}',
  GB: '{cells}',
  GR: '{cells}',
  mmoles: 'mmol',
  µmoles: 'umol',
  micromol: 'umol',
  micromoles: 'umol',
  éléments: '{elts}',
  elements: '{elts}',
  cellules: '{cells}',
  '1.73_m2': '{1.73_m2}',
  '°C': 'Cel',
};

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '⁰': '0',
  '¹': '1',
  '²': '2',
  '³': '3',
  '⁴': '4',
  '⁵': '5',
  '⁶': '6',
  '⁷': '7',
  '⁸': '8',
  '⁹': '9',
  '⁻': '-',
};

/** The printed spelling without what only typography changes: spaces, the two characters of micro, superscripts, commas. */
export function tidyUnit(printed: string): string {
  return printed
    .trim()
    .replace(/[\s\u00a0\u2009\u202f]+/g, ' ')
    .replaceAll('\u03bc', '\u00b5')
    .replace(/10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, (power) => `10^${power.slice(2)}`)
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]/g, (c) => SUPERSCRIPTS[c] ?? c)
    .replaceAll('×', 'x')
    .replace(/(?<=\p{L})\^(?=-?\d)/gu, '')
    .replace(/\bmm 3\b/, 'mm3')
    .replace(/ ?\/ ?/g, '/');
}

/** The unit that this spelling means whatever the analyte, or undefined. `UI` is read as `[IU]`: see `conversion.ts`. */
export function readUnit(printed: string): Unit | undefined {
  const tidy = tidyUnit(printed);
  if (tidy === '') return undefined;
  const whole = (Object.hasOwn(WHOLE, tidy) ? WHOLE[tidy] : undefined) ?? raiseLostPower(tidy);
  return parseUcum(whole ?? tidy) ?? parseUcum(translate(tidy));
}

/** `109/L` is a `10⁹/L` that lost its superscript on the way: nobody counts per hundred and nine litres. */
function raiseLostPower(tidy: string): string | undefined {
  const [, power, volume] = /^x? ?10 ?(3|6|9|12)\/(L|l|mL|ml|mm3|µL|µl|uL|ul)$/.exec(tidy) ?? [];
  return power === undefined ? undefined : `10*${power}/${volume?.replace('µ', 'u')}`;
}

function translate(tidy: string): string {
  const logarithm = /^log(?:10)? ?(?=\S)(.+)$/i.exec(tidy)?.[1];
  if (logarithm !== undefined) return translateLogarithm(logarithm);
  return tidy
    .replace(/1[.,]73(?: ?m2?)?$/i, '1.73_m2')
    .replaceAll('U.I.', 'UI')
    .replace(/ ?anti-?Xa/i, '')
    .replace(/(?<=g|mol) ?(?:de )?cr[ée]a\p{L}*\.?/iu, '')
    .replace(/ ?(?:H2O|d['’]eau|eau)$/i, '')
    .replace(/ (FEU|DDU)\b/, '{$1}')
    .split('/')
    .map(translateFactor)
    .join('/');
}

function translateLogarithm(rest: string): string {
  if (/^cop(?:ies?)?\/mL$/i.test(rest)) return '{Log_copies}/mL';
  return /^UI\/mL$/i.test(rest) ? '{Log_IU}/mL' : '';
}

function translateFactor(factor: string): string {
  const trimmed = factor.trim();
  if (Object.hasOwn(FACTOR, trimmed)) return FACTOR[trimmed] ?? trimmed;
  const power = /^(?:x ?)?10(?:\^|\*|e|E)\+?(-?\d{1,2})(?: (.+))?$/.exec(trimmed);
  if (power) return power[2] === undefined ? `10*${power[1]}` : `10*${power[1]}.${translateFactor(power[2])}`;
  const international = /^([kmµun]?)(?:U[Ii]|I[Uu]|ui|iu)$/.exec(trimmed);
  if (international) return `${(international[1] ?? '').replace('µ', 'u')}[IU]`;
  return trimmed.replace('µ', 'u');
}
