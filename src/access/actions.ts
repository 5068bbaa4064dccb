import type { ActionRights } from './action-needs.ts';
import { RECORD_ACTIONS } from './actions-of-record.ts';
import { REGION_ACTIONS } from './actions-of-region.ts';

/**
 * What one can ask of Cigogne, and what each role must show to do it. Data, not code: a region's own table can replace it.
 * An action or a role that is not written here is refused.
 */
export const ACTIONS = { ...RECORD_ACTIONS, ...REGION_ACTIONS } as const satisfies Record<string, ActionRights>;

export type Action = keyof typeof ACTIONS;

export function actionRights(action: Action): ActionRights {
  return ACTIONS[action];
}

/** The words of an action of an old event: undefined when it is no longer known. */
export function actionWords(action: string): { fr: string; en: string } | undefined {
  return Object.hasOwn(ACTIONS, action) ? ACTIONS[action as Action].words : undefined;
}
