import { z } from 'zod';
import type { RoutingRule } from './contract.ts';

/** Rules of routing as data: those that no region may change, those in force until it writes its own, and how its own are read. */

/** Said in the trace by their number; what they do is in `rules.ts`. */
export const FIXED_RULES = {
  'R-00': 'Aucune règle ne dit quoi faire de ce destinataire : à trancher.',
  'R-01': 'La version la plus récente seule est envoyée.',
  'R-04': 'Document masqué aux professionnels : aucun envoi à l’un d’eux.',
  'R-08': 'Document retiré de la lecture : aucun envoi.',
  'R-09': 'Aucun prescripteur nommé : à compléter par le laboratoire.',
  'R-10': 'Copie d’un document déjà reçu par un autre canal, ou document sorti du dossier : aucun envoi.',
  'R-11': 'Document retiré du dossier : retrait demandé à chaque destinataire qui l’a reçu.',
  'R-12': 'Document qui ne nomme aucun destinataire : classé au dossier, sans envoi.',
  'R-14': 'Document caché au patient ou à ses représentants : aucun envoi à sa messagerie.',
  'R-20': 'Aucune règle ne publie ce document dans cet espace partagé.',
  'R-22': 'Document caché au patient : ce logiciel ne sait pas qu’il doit l’être, aucun envoi.',
  'R-23': 'Aucune règle n’envoie ce document à ce logiciel.',
  'R-17': 'Résultat critique que personne n’a accusé à temps : copie à qui est prévenu ensuite.',
} as const;

/** Older than this when it arrives, a document is history that is being taken over: a doctor is not mailed years of it. Our default. */
export const HISTORY_DAYS = 30;

/** In force until the region writes its own: version 0. The first rule that holds decides. */
export const DEFAULT_RULES: readonly RoutingRule[] = [
  {
    id: 'R-07',
    words: 'Reprise d’historique : un document ancien est classé, pas envoyé.',
    when: { olderThanDays: HISTORY_DAYS },
    effect: 'keep',
  },
  {
    id: 'R-05',
    words: 'Résultat d’une famille sensible : au prescripteur seul, sans copie.',
    when: { isSensitive: true, roles: ['copy', 'patient', 'shared', 'software'] },
    effect: 'keep',
  },
  {
    id: 'R-13',
    words: 'Copie à un professionnel, ou logiciel d’un lieu, que le patient a écarté : aucun envoi.',
    when: { isShutOut: true, roles: ['copy', 'software'] },
    effect: 'keep',
  },
  { id: 'R-06', words: 'Une correction suit chaque destinataire de la version précédente.', when: { isFollowing: true }, effect: 'send' },
  {
    id: 'R-18',
    words: 'Résultat attendu à la sortie d’hospitalisation : aux destinataires de la lettre et à son auteur.',
    when: { isAwaiting: true },
    effect: 'send',
  },
  { id: 'R-02', words: 'Prescripteur : messagerie, adresse trouvée par RPPS.', when: { roles: ['prescriber'] }, effect: 'send' },
  { id: 'R-03', words: 'Copie demandée par le document : messagerie.', when: { roles: ['copy'] }, effect: 'send' },
  {
    id: 'R-15',
    words: 'Patient dont l’identité est qualifiée et qui ne s’y oppose pas : sa messagerie.',
    when: { roles: ['patient'], identity: ['qualified'], isOpposed: false },
    effect: 'send',
  },
  {
    id: 'R-19',
    words: 'Espace partagé (DMP, autre région) : publié quand l’identité est qualifiée et que le patient ne s’y oppose pas.',
    when: { roles: ['shared'], identity: ['qualified'], isOpposed: false },
    effect: 'send',
  },
  {
    id: 'R-21',
    words: 'Logiciel d’un lieu où exerce un destinataire nommé, ou qui a reçu une version précédente : envoyé.',
    when: { roles: ['software'] },
    effect: 'send',
  },
  {
    id: 'R-16',
    words: 'Patient dont l’identité n’est pas qualifiée, ou qui s’y oppose : aucun envoi.',
    when: { roles: ['patient'] },
    effect: 'keep',
  },
];

const list = <T extends z.ZodType>(of: T) => z.array(of).min(1).max(200).optional();

const conditionSchema = z.strictObject({
  senders: list(z.string().regex(/^\d[\dAB]\d{7}$/)),
  types: list(z.string().min(1).max(40)),
  identity: list(z.enum(['provisional', 'retrieved', 'validated', 'qualified'])),
  roles: list(z.enum(['prescriber', 'copy', 'patient', 'shared', 'software'])),
  recipients: list(z.string().regex(/^(rpps:\d{6,12}|finess:\d[\dAB]\d{7}|shared:[a-z0-9-]{2,30}|software:[a-z0-9-]{2,30})$/)),
  masks: list(z.enum(['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'])),
  isSensitive: z.boolean().optional(),
  isOpposed: z.boolean().optional(),
  isShutOut: z.boolean().optional(),
  isFollowing: z.boolean().optional(),
  isAwaiting: z.boolean().optional(),
  olderThanDays: z.number().int().min(0).max(36_500).optional(),
});

const ruleSchema = z.strictObject({
  id: z
    .string()
    .regex(/^R-\d{2,3}$/)
    .refine((id) => !Object.hasOwn(FIXED_RULES, id), 'a rule that no region may change has this number'),
  words: z.string().trim().min(3).max(300),
  when: conditionSchema,
  effect: z.enum(['send', 'keep', 'hold']),
  address: z.email().max(320).optional(),
});

/** A whole set, in the order in which rules are tried. */
export const rulesSchema = z
  .array(ruleSchema)
  .min(1)
  .max(200)
  .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'two rules have the same number');
