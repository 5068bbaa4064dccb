import type { FastifyInstance } from 'fastify';
import type { Db } from '#kernel';
import { FAMILIES } from '#terminology/contract';
import type { Rights } from './contract.ts';
import { passDoor } from './door.ts';
import { familyRulesInForce, familyTableInForce, rightsVersion } from './families-in-force.ts';
import { principalOf } from './guard.ts';
import { bits, OPENS_TO, REASON_LABELS, REASONS, STANDS } from './item-rights.ts';
import { noteRights, rightsHistory } from './rights-history.ts';
import { CATEGORIES, MATRIX_IN_FORCE, PROFESSIONS } from './matrix.ts';

/** The tables that decide, as they are in force: for the data protection officer. */
export function rightsRoutes(app: FastifyInstance, { db }: { db: Db }): void {
  const schema = { summary: 'The rights in force (rightsSchema)', tags: ['access'] };
  app.get('/api/rights', { config: { guard: 'patient-data' as const }, schema }, async (request): Promise<Rights> => {
    const door = { who: principalOf(request), action: 'rights.read', via: 'web', now: new Date() } as const;
    return passDoor(db, door, async (tx) => {
      const rights = rightsInForce(door.now);
      await noteRights(tx, rights, door.now);
      return { ...rights, history: await rightsHistory(tx) };
    });
  });
  app.addHook('onReady', () => {
    const now = new Date();
    return noteRights(db, rightsInForce(now), now);
  });
}

function rightsInForce(now: Date): Omit<Rights, 'history'> {
  const { cells, labels } = MATRIX_IN_FORCE;
  const [table, rules] = [familyTableInForce(now), familyRulesInForce(now)];
  return {
    version: rightsVersion(now),
    professions: [...PROFESSIONS],
    categories: CATEGORIES.map((category) => ({
      category,
      label: labels.get(category) ?? category,
      cells: PROFESSIONS.map((profession) => cells.get(category)?.get(profession) ?? null),
    })),
    stands: [...STANDS],
    reasons: REASONS.map((reason) => ({
      reason,
      label: REASON_LABELS[reason],
      isOpen: STANDS.map((stand) => (OPENS_TO[reason] & bits(stand)) !== 0),
    })),
    families: FAMILIES.map((family) => ({ family, ...rules[family], isRegional: table?.settled.includes(family) ?? false })),
    familyTable: table ? { version: table.version, from: table.from } : null,
  };
}
