import { describe, expect, test } from 'vitest';
import { whyNotForRecord } from './not-for-record.ts';

describe('a document made for something else than care', () => {
  test.each([
    ['Bilan de médecine du travail', { purpose: 'occupational' }],
    ['VISITE D’EMBAUCHE', { purpose: 'occupational' }],
    ['Service de santé au travail de Fictiville', { purpose: 'occupational' }],
    ['Médecine préventive professionnelle', { purpose: 'occupational' }],
    ['Visite médicale de reprise du travail', { purpose: 'occupational' }],
    ['SPSTI de la Fictive', { purpose: 'occupational' }],
    ['Suivi individuel renforcé : plombémie', { purpose: 'occupational' }],
    ['Surveillance biologique des expositions professionnelles', { purpose: 'occupational' }],
    ['Inaptitude au poste', { purpose: 'occupational' }],
    ['Examens demandés pour une assurance emprunteur', { purpose: 'insurance' }],
    ['Bilan de souscription d’un contrat d’assurance', { purpose: 'insurance' }],
    ['Bilan pour l’assureur', { purpose: 'insurance' }],
    ['Bilan demandé par la compagnie d’assurances', { purpose: 'insurance' }],
    ['Assurance vie', { purpose: 'insurance' }],
    ['Alcoolémie médico-légale', { purpose: 'forensic' }],
    ['Prélèvement sur réquisition judiciaire', { purpose: 'forensic' }],
    ['Unité médico-judiciaire', { purpose: 'forensic' }],
    ['UMJ de Fictiville', { purpose: 'forensic' }],
    ['À la demande du procureur', { purpose: 'forensic' }],
    ['Réquisition de la gendarmerie : alcoolémie', { purpose: 'forensic' }],
    ['Recherche de paternité', { purpose: 'forensic' }],
    ['Identification par empreintes génétiques', { purpose: 'forensic' }],
    ['Conduite sous stupéfiants', { purpose: 'forensic' }],
    ['Examens médico-légaux', { purpose: 'forensic' }],
    ['Dépistage anonyme et gratuit', { isAnonymous: true }],
    ['CDAG de Fictiville', { isAnonymous: true }],
    ['Prélèvement sous couvert de l’anonymat', { isAnonymous: true }],
    ['Numéro d’anonymat 1234', { isAnonymous: true }],
    ['Parturiente admise sous le couvert du secret', { isChildbirthUnderSecrecy: true }],
    ['Accouchée sous X', { isChildbirthUnderSecrecy: true }],
    ['Accouchement secret', { isChildbirthUnderSecrecy: true }],
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
    'Maladie professionnelle n° 57',
    'Arrêt de travail',
    'Accident d’exposition au sang (AES)',
    'Médecine préventive universitaire',
    'Reprise de l’alimentation',
    'Bilan d’aptitude à la chimiothérapie',
    'Examens remboursés par l’assurance maladie',
    'Manuel d’assurance qualité',
    'Bilan du programme d’assurance de la qualité',
    'Centre d’examens de santé de l’Assurance Maladie',
    'Bilan pris en charge par l’assurance maternité',
    'Mutuelle Assurance des Fictions',
    'Consultation après levée de l’anonymat',
    'Prélèvement non anonyme',
    'CeGIDD de Fictiville, dépistage nominatif',
    'Don anonyme de sang',
    'Née sous X, recherche d’antécédents',
    'Secret professionnel',
    'Rayons X',
    'Représentant légal : Mme ESSAI',
    'Alcoolémie',
    'Recherche de stupéfiants dans les urines',
    'Caryotype constitutionnel à la demande du généticien',
    'Empreinte dentaire',
    'Chromosome X fragile',
    'Hôpital du Travail-Retrouvé',
    'Grossesse : travail débuté',
  ])('care stays care: %s', (words) => {
    expect(whyNotForRecord({ words })).toBeUndefined();
  });
});
