import { describe, expect, test } from 'vitest';
import { whyNotForRecord } from './not-for-record.ts';

describe('a document made for something else than care', () => {
  test.each([
    ['Bilan de médecine du travail', { purpose: 'occupational' }],
    ['VISITE D’EMBAUCHE', { purpose: 'occupational' }],
    ['Service de santé au travail de Fictiville', { purpose: 'occupational' }],
    ['Examens demandés pour une assurance emprunteur', { purpose: 'insurance' }],
    ['Bilan de souscription d’un contrat d’assurance', { purpose: 'insurance' }],
    ['Alcoolémie médico-légale', { purpose: 'forensic' }],
    ['Prélèvement sur réquisition judiciaire', { purpose: 'forensic' }],
    ['Unité médico-judiciaire', { purpose: 'forensic' }],
    ['Dépistage anonyme et gratuit', { isAnonymous: true }],
    ['Accouchement sous X', { isChildbirthUnderSecrecy: true }],
    ['Accouchement dans le secret', { isChildbirthUnderSecrecy: true }],
    ['Demande de secret de l’admission', { isChildbirthUnderSecrecy: true }],
  ])('is told by its words: %s', (words, why) => {
    expect(whyNotForRecord({ words })).toEqual(why);
  });

  test.each([
    ['G15_10/SM25', { purpose: 'occupational' }],
    ['SA66', { purpose: 'occupational' }],
    ['SA23', { purpose: 'insurance' }],
    ['G15_10/SM60', { purpose: 'forensic' }],
  ])('is told by the code of who ordered it: %s', (code, why) => {
    expect(whyNotForRecord({ code })).toEqual(why);
  });

  test.each([
    'Compte rendu d’examens biologiques',
    'Accident du travail',
    'Examens remboursés par l’assurance maladie',
    'Manuel d’assurance qualité',
    'Mutuelle Assurance des Fictions',
    'Consultation après levée de l’anonymat',
    'Chromosome X fragile',
    'Hôpital du Travail-Retrouvé',
    'Grossesse : travail débuté',
  ])('care stays care: %s', (words) => {
    expect(whyNotForRecord({ words })).toBeUndefined();
  });
});
