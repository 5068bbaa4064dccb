import { FINESS_ROOT, INS_ROOTS, LOINC } from '../cda/oids.ts';
import type { Finding } from '../cda/rules/rule.ts';
import type { LabReport, Result } from '../lab-report.ts';
import { resultsOf } from '../results-of.ts';

/** What every report needs to reach a record and be compared, whatever its format; the French model in CDA has its own rules. */
interface ReportRule extends Pick<Finding, 'rule' | 'severity' | 'message' | 'remedy'> {
  /** Places that break the rule, in words of the report. */
  broken: (report: LabReport) => string[];
}

const when = (isBroken: boolean, place: string): string[] => (isBroken ? [place] : []);

/** Results that break a rule, by their rank in the report from 1. */
const results = (report: LabReport, isBroken: (result: Result) => boolean): string[] =>
  [...resultsOf(report)].flatMap(({ result }, n) => (isBroken(result) ? [`result ${n + 1}`] : []));

const unitOf = ({ value }: Result): string | undefined =>
  value?.type === 'quantity' ? value.unit : value?.type === 'range' ? (value.high ?? value.low)?.unit : undefined;

const RULES: readonly ReportRule[] = [
  {
    rule: 'G01',
    severity: 'warning',
    broken: ({ patient }) => when(!patient.ids.some(({ root }) => INS_ROOTS.includes(root)), 'patient'),
    message: {
      fr: 'Le patient n’a pas d’INS : le compte rendu peut attendre un rapprochement manuel.',
      en: 'The patient has no INS: the report may wait for someone to match it.',
    },
    remedy: {
      fr: 'Transmettre l’INS qualifiée avec ses traits, si le format le permet.',
      en: 'Send the qualified INS with its traits, if the format can.',
    },
  },
  {
    rule: 'G02',
    severity: 'error',
    broken: ({ custodian }) => when(!custodian.ids.some(({ root }) => root === FINESS_ROOT), 'custodian'),
    message: {
      fr: 'Le laboratoire n’a pas de numéro FINESS : on ne sait pas à qui est ce compte rendu.',
      en: 'The laboratory has no FINESS number: nobody can tell whose report it is.',
    },
    remedy: { fr: 'Écrire le FINESS comme code de l’émetteur.', en: 'Write the FINESS as the code of the sender.' },
  },
  {
    rule: 'G03',
    severity: 'error',
    broken: ({ createdAt }) => when(!/^\d{8}/.test(createdAt), 'date'),
    message: { fr: 'Le compte rendu n’a pas de date.', en: 'The report has no date.' },
    remedy: { fr: 'Écrire la date du compte rendu, au jour près au moins.', en: 'Write the date of the report, to the day at least.' },
  },
  {
    rule: 'G04',
    severity: 'warning',
    broken: (report) => when(resultsOf(report).next().done === true, 'results'),
    message: {
      fr: 'Le compte rendu ne contient aucun résultat codé : rien ne pourra être comparé.',
      en: 'The report holds no coded result: nothing can be compared.',
    },
    remedy: { fr: 'Envoyer les résultats sous forme codée, avec le texte.', en: 'Send the results coded, with the text.' },
  },
  {
    rule: 'G05',
    severity: 'warning',
    broken: (report) => results(report, ({ code }) => code.system !== LOINC || code.code === undefined),
    message: {
      fr: 'L’analyse n’a pas de code LOINC : elle attendra la table de correspondance du laboratoire.',
      en: 'The analyte has no LOINC code: it will wait for the mapping table of the laboratory.',
    },
    remedy: {
      fr: 'Ajouter le code LOINC, ou compléter la table de correspondance.',
      en: 'Add the LOINC code, or complete the mapping table.',
    },
  },
  {
    rule: 'G06',
    severity: 'warning',
    broken: (report) =>
      results(report, (result) => (result.value?.type === 'quantity' || result.value?.type === 'range') && unitOf(result) === undefined),
    message: { fr: 'Le résultat est un nombre sans unité.', en: 'The result is a number without a unit.' },
    remedy: {
      fr: 'Écrire l’unité ; pour un rapport sans dimension, « 1 » en UCUM.',
      en: 'Write the unit; for a ratio without one, “1” in UCUM.',
    },
  },
  {
    rule: 'G07',
    severity: 'error',
    broken: (report) =>
      results(report, ({ reference }) => {
        const [low, high] = [Number(reference?.low?.value), Number(reference?.high?.value)];
        return low > high && reference?.low?.unit === reference?.high?.unit;
      }),
    message: {
      fr: 'L’intervalle de référence est à l’envers : la limite basse dépasse la haute.',
      en: 'The reference interval is upside down: its lower limit is above the upper one.',
    },
    remedy: { fr: 'Corriger les deux limites.', en: 'Correct the two limits.' },
  },
  {
    rule: 'G08',
    severity: 'warning',
    broken: (report) => results(report, ({ at, status }) => at === undefined && status === 'completed').slice(0, 1),
    message: {
      fr: 'Un résultat n’a pas de date de prélèvement : il ne pourra être placé sur une courbe.',
      en: 'A result has no date of sampling: it cannot be drawn on a curve.',
    },
    remedy: { fr: 'Écrire la date et l’heure du prélèvement.', en: 'Write the date and time of sampling.' },
  },
];

/** A rule broken by each of a thousand lines helps nobody. */
const MAX_FINDINGS_OF_RULE = 50;

export const checkReport = (report: LabReport): Finding[] =>
  RULES.flatMap(({ broken, ...rule }) =>
    broken(report)
      .slice(0, MAX_FINDINGS_OF_RULE)
      .map((at) => ({ ...rule, at })),
  );
