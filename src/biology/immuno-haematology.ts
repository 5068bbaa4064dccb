/**
 * Blood groups, phenotypes and antibody screens are never plain values of a grid: a transfusion is decided on the original
 * card and report alone, with its two determinations. Recognised by everything that can tell, because missing one is a danger.
 */
import type { StoredResult } from '#record/contract';
import type { CatalogueRow } from './contract.ts';

/** LOINC of the CI-SIS chapter « Banque du sang ». */
const BLOOD_BANK_CHAPTER = '18717-9';

/** ABO + RH1, ABO, RH1, RH1 antigen, RH2, RH4, antibody screen, antibody identification, crossmatch. Direct Coombs and titres come with the chapter. */
const CODES = new Set(['882-1', '883-9', '10331-7', '1305-2', '948-0', '1159-3', '890-4', '888-8', '1250-0']);

/** Words of an uncoded label, accents removed. */
const WORDS =
  /\b(groupe (sanguin|abo)|abo[ -]?rh|rhesus|\brh ?1\b|phenotype (rh|erythrocytaire|etendu)|agglutinines irregulieres|\brai\b|antigene d\b|kel ?1)/;

export function isImmunoHaematology(result: StoredResult, info: CatalogueRow | undefined): boolean {
  if (info?.immunoHaematology || (result.loinc !== undefined && CODES.has(result.loinc))) return true;
  if (info) return false;
  if (result.chapter === BLOOD_BANK_CHAPTER) return true;
  return WORDS.test(`${result.label} ${result.battery ?? ''}`.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase());
}
