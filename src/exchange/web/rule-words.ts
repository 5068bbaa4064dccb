import type { Text } from '#ui';
import type { RoutingRule } from '../contract.ts';

const LISTS = ['senders', 'types', 'recipients', 'roles', 'identity', 'masks'] as const;
const SIGNS = ['isSensitive', 'isOpposed', 'isShutOut', 'isFollowing'] as const;

/** Parts of a condition whose values have words of their own. */
const WORDED = new Set<string>(['roles', 'identity', 'masks']);

/** When a rule applies, part by part: `Rôle : copie`, `Famille sensible : oui`. */
export function whenWords(t: Text, { when }: Pick<RoutingRule, 'when'>): string[] {
  return [
    ...LISTS.flatMap((part) => {
      const values: readonly string[] | undefined = when[part];
      if (!values) return [];
      const shown = values.map((value) => (WORDED.has(part) ? t(`exchange.rules.${part}.${value}`) : value));
      return [`${t(`exchange.rules.${part}`)} : ${shown.join(', ')}`];
    }),
    ...SIGNS.flatMap((part) =>
      when[part] === undefined ? [] : [`${t(`exchange.rules.${part}`)} : ${t(when[part] ? 'exchange.rules.yes' : 'exchange.rules.no')}`],
    ),
    ...(when.olderThanDays === undefined ? [] : [t('exchange.rules.older', { days: when.olderThanDays })]),
  ];
}
