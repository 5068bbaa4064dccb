import { readFileSync } from 'node:fs';
import { type Escalation, readStages } from '#exchange';
import { type Config, StartError } from '#kernel';
import { type CriticalBounds, type FamilyTable, FORMULA_IDS, type FormulaId, readCriticalTable, readFamilyTables } from '#terminology';

/**
 * The formulas that the region lets Cigogne calculate with.
 * @param listed DERIVED_VALUES: names separated by commas, or `none`
 * @throws StartError on a name that is no formula: a value must not go missing for a letter
 */
export function formulasOf(listed: string): FormulaId[] {
  const names = listed.split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === 'none') return [];
  const unknown = names.filter((name) => !FORMULA_IDS.includes(name as FormulaId));
  if (unknown.length > 0)
    throw new StartError(`DERIVED_VALUES names ${unknown.join(', ')}: choose among ${FORMULA_IDS.join(', ')}, or none.`);
  return [...new Set(names as FormulaId[])];
}

/**
 * The region's table of critical values; empty when it has none.
 * @param file CRITICAL_VALUES_FILE
 * @throws StartError when it cannot be read or applied whole: half a table of critical values is worse than none
 */
export function criticalValuesOf(file: string | undefined): CriticalBounds[] {
  if (file === undefined) return [];
  try {
    return readCriticalTable(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw new StartError(`CRITICAL_VALUES_FILE cannot be used: ${(error as Error).message}.`);
  }
}

/**
 * Who is told next of what nobody answered.
 * @throws StartError on a list that cannot be applied whole
 */
export function escalationOf({ CRITICAL_ESCALATION, UNREAD_ESCALATION }: Config): Escalation {
  return {
    critical: readStages(CRITICAL_ESCALATION, 'CRITICAL_ESCALATION'),
    abnormal: readStages(UNREAD_ESCALATION, 'UNREAD_ESCALATION'),
  };
}

/**
 * The region's own tables of sensitive families, the oldest first; empty when it has none: the strict default.
 * @param file SENSITIVE_FAMILIES_FILE
 * @throws StartError when it cannot be read or applied whole: nothing is opened by a table that nobody understood
 */
export function familyTablesOf(file: string | undefined): FamilyTable[] {
  if (file === undefined) return [];
  try {
    return readFamilyTables(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new StartError(`SENSITIVE_FAMILIES_FILE cannot be used: ${file}: ${(error as Error).message}.`);
  }
}
