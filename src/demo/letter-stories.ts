import { makeLetter, type DemoLetter, type WrittenLetter } from './letters.ts';
import type { Person } from './people.ts';
import type { Population } from './population.ts';
import { chance } from './random.ts';
import type { Professional } from './region.ts';

/**
 * The letters of one person, by what they live with: the three stories written by hand, the others drawn from their illness. The same seed and
 * day always give the same letters; nothing in them is said of anybody who exists.
 */
export function lettersOf({ region, seed, today, person: personOf }: Population, k: number): DemoLetter[] {
  const person = personOf(k);
  const cast = castOf(region, person);
  const written = STORIES[k - 1]?.(cast) ?? drawn(cast, person, seed);
  const numbers = new Map(written.flatMap(({ name }, i) => (name === undefined ? [] : [[name, i + 1] as const])));
  const idOf = (name: string): number => {
    const found = numbers.get(name);
    if (found === undefined) throw new Error(`no letter of person ${k} is named ${name}`);
    return found;
  };
  return written.map((letter, i) => makeLetter(person, today, letter, i + 1, idOf));
}

interface Cast {
  doctor: Professional;
  cardiologist: Professional;
  hospitalDoctor: Professional;
}

function castOf({ professionals, hospitals }: Population['region'], { doctor, k }: Person): Cast {
  const specialists = professionals.filter(({ role }) => role === 'specialist');
  const own = specialists.filter(({ structure }) => structure.finess === hospitals[0]!.finess);
  return { doctor, cardiologist: own[0]!, hospitalDoctor: own[k % own.length]! };
}

const ODETTE = ({ doctor, cardiologist }: Cast): WrittenLetter[] => [
  {
    ago: 12,
    type: 'discharge',
    title: 'Lettre de liaison à la sortie',
    author: cardiologist,
    stayedDays: 8,
    name: 'sortie',
    treatments: [
      { name: 'Furosémide 60 mg' },
      { name: 'Bisoprolol 2,5 mg', since: 48 },
      { name: 'Metformine 500 mg', since: 48, stopped: 8 },
      { name: 'Ibuprofène 400 mg', since: 14, stopped: 8 },
    ],
    text: [
      ['Motif d’hospitalisation', 'Décompensation cardiaque globale, adressée par les urgences.'],
      [
        'Synthèse du séjour',
        'Décompensation cardiaque globale sur écart de régime et prise d’ibuprofène. Poids de sortie 68,4 kg (− 5,1 kg).',
        'Insuffisance rénale aiguë sur chronique, d’évolution favorable à l’arrêt de l’anti-inflammatoire.',
      ],
      [
        'Traitements à la sortie',
        '- Furosémide 60 mg le matin (augmenté)',
        '- Bisoprolol 2,5 mg le matin (inchangé)',
        '- Ibuprofène : arrêté, ne pas reprendre',
        '- Metformine : suspendue jusqu’au contrôle de la fonction rénale',
      ],
      [
        'Suites à donner',
        'Contrôle de la kaliémie et de la créatinine à 7 jours. Consultation de cardiologie à 1 mois. Peser chaque matin.',
      ],
    ],
  },
  {
    ago: 3,
    type: 'hospital',
    title: 'Complément : résultat attendu à la sortie',
    author: cardiologist,
    addsTo: 'sortie',
    text: [['Résultat', 'Échographie de contrôle : épanchement pleural asséché. TSH en cours.']],
  },
  {
    ago: 15,
    type: 'imaging',
    title: 'Échographie cardiaque transthoracique',
    author: cardiologist,
    text: [
      ['Indication', 'Décompensation cardiaque.'],
      ['Résultats', 'Fraction d’éjection 38 %, oreillette gauche dilatée, pressions de remplissage élevées.'],
      ['Conclusion', 'Cardiopathie dilatée à fraction d’éjection altérée, sans thrombus.'],
    ],
  },
  {
    ago: 20,
    type: 'emergency',
    title: 'Passage aux urgences',
    author: cardiologist,
    text: [
      ['Motif', 'Dyspnée depuis trois jours, prise de 5 kg.'],
      ['Conclusion', 'Insuffisance cardiaque décompensée. Hospitalisation en cardiologie.'],
    ],
  },
  {
    ago: 28,
    type: 'pathology',
    title: 'Biopsie cutanée',
    author: cardiologist,
    text: [['Conclusion', 'Kératose actinique de la joue droite, sans signe de malignité.']],
  },
  {
    ago: 78,
    type: 'consultation',
    title: 'Consultation de médecine générale',
    author: doctor,
    text: [
      ['Motif', 'Suivi du diabète et de l’insuffisance cardiaque.'],
      ['Examen', 'Tension 134/78, poids 71,2 kg, pas d’œdème.'],
      ['Conduite à tenir', 'Poursuite du traitement. Fond d’œil à prévoir.'],
    ],
  },
  {
    ago: 60,
    type: 'prescription',
    title: 'Ordonnance de médicaments',
    author: doctor,
    treatments: [{ name: 'Furosémide 40 mg' }, { name: 'Bisoprolol 2,5 mg' }, { name: 'Metformine 500 mg' }],
    text: [
      ['Prescription', '- Furosémide 40 mg : 1 le matin', '- Bisoprolol 2,5 mg : 1 le matin', '- Metformine 500 mg : 1 matin et soir'],
    ],
  },
  {
    ago: 158,
    type: 'consultation',
    title: 'Fond d’œil, dépistage de rétinopathie',
    author: cardiologist,
    text: [['Conclusion', 'Pas de rétinopathie diabétique. Contrôle dans un an.']],
  },
  {
    ago: 260,
    type: 'summary',
    title: 'Synthèse médicale',
    author: doctor,
    name: 'synthese-1',
    text: [
      ['Pathologies en cours', '- Insuffisance cardiaque', '- Diabète de type 2', '- Maladie rénale chronique, stade 3a'],
      ['Allergies', 'Pénicilline (éruption en 2021).'],
    ],
  },
  {
    ago: 40,
    type: 'summary',
    title: 'Synthèse médicale',
    author: doctor,
    version: 2,
    replaces: 'synthese-1',
    allergies: [{ agent: 'Pénicilline', since: '2021' }],
    treatments: [
      { name: 'Furosémide 40 mg', since: 1_360 },
      { name: 'Bisoprolol 2,5 mg', since: 1_360 },
      { name: 'Metformine 500 mg', since: 2_000 },
    ],
    text: [
      ['Pathologies en cours', '- Insuffisance cardiaque', '- Diabète de type 2', '- Maladie rénale chronique, stade 3b'],
      ['Allergies', 'Pénicilline (éruption en 2021).'],
      ['Traitements', '- Furosémide', '- Bisoprolol', '- Metformine'],
    ],
  },
  {
    ago: 370,
    type: 'vaccination',
    title: 'Vaccination contre la grippe',
    author: doctor,
    vaccines: ['Vaccin grippal inactivé'],
    text: [['Vaccination', 'Vaccin grippal inactivé, saison 2025-2026, bras gauche.']],
  },
  {
    ago: 480,
    type: 'vaccination',
    title: 'Vaccination contre l’hépatite B',
    author: doctor,
    vaccines: ['Vaccin de l’hépatite B'],
    text: [['Vaccination', 'Vaccin de l’hépatite B, troisième dose, bras gauche.']],
  },
  {
    ago: 1_020,
    type: 'imaging',
    title: 'Radiographie du thorax',
    author: cardiologist,
    text: [['Conclusion', 'Cardiomégalie modérée. Pas d’épanchement.']],
  },
  {
    ago: 1_400,
    type: 'hospital',
    title: 'Compte rendu d’hospitalisation',
    author: cardiologist,
    stayedDays: 5,
    isTransfused: true,
    text: [
      [
        'Synthèse du séjour',
        'Premier épisode d’insuffisance cardiaque. Introduction du traitement.',
        'Transfusion de deux concentrés de globules rouges pour anémie.',
      ],
    ],
  },
  {
    ago: 6,
    type: 'imaging',
    title: 'Échographie rénale',
    author: cardiologist,
    name: 'reins-1',
    text: [['Conclusion', 'Reins de taille normale. Pas de dilatation.']],
  },
  {
    ago: 2,
    type: 'imaging',
    title: 'Échographie rénale',
    author: cardiologist,
    version: 2,
    replaces: 'reins-1',
    text: [['Conclusion', 'Reins de taille normale, bien différenciés. Pas de dilatation. Résidu après miction non significatif.']],
  },
];

const JEAN_NOEL = ({ doctor, cardiologist }: Cast): WrittenLetter[] => [
  {
    ago: 83,
    type: 'discharge',
    title: 'Lettre de liaison à la sortie',
    author: cardiologist,
    stayedDays: 4,
    text: [
      ['Motif d’hospitalisation', 'Surdosage en antivitamine K, INR à 5,2, sous antibiotique.'],
      ['Synthèse du séjour', 'Pas de saignement. Antibiotique arrêté, warfarine suspendue deux jours.'],
      ['Suites à donner', 'INR dans 48 heures, puis chaque semaine pendant un mois.'],
    ],
  },
  {
    ago: 30,
    type: 'consultation',
    title: 'Consultation de cardiologie',
    author: cardiologist,
    text: [['Conclusion', 'Fibrillation auriculaire permanente, fréquence contrôlée. Poursuite de la warfarine, cible d’INR 2 à 3.']],
  },
  {
    ago: 31,
    type: 'imaging',
    title: 'Échographie cardiaque',
    author: cardiologist,
    text: [['Conclusion', 'Fonction ventriculaire gauche conservée. Oreillette gauche dilatée.']],
  },
  {
    ago: 14,
    type: 'prescription',
    title: 'Ordonnance de médicaments',
    author: doctor,
    treatments: [
      { name: 'Warfarine 5 mg', since: 700 },
      { name: 'Aténolol 50 mg', since: 700 },
    ],
    text: [['Prescription', '- Warfarine 5 mg : selon l’INR', '- Aténolol 50 mg : 1 le matin']],
  },
  {
    ago: 900,
    type: 'consultation',
    title: 'Consultation de médecine générale',
    author: doctor,
    text: [['Conclusion', 'Renouvellement du traitement.']],
  },
];

const MARIE_CLAIRE = ({ doctor, hospitalDoctor }: Cast): WrittenLetter[] => [
  {
    ago: 150,
    type: 'meeting',
    title: 'Fiche de réunion de concertation pluridisciplinaire',
    author: hospitalDoctor,
    text: [
      ['Question posée', 'Traitement adjuvant d’un cancer du sein droit opéré.'],
      ['Proposition', 'Six cures de chimiothérapie, puis radiothérapie et hormonothérapie.'],
    ],
  },
  {
    ago: 140,
    type: 'plan',
    title: 'Programme personnalisé de soins',
    author: hospitalDoctor,
    text: [['Calendrier', 'Une cure tous les 21 jours, six cures. Numération au dixième jour. Appeler si fièvre.']],
  },
  {
    ago: 30,
    type: 'emergency',
    title: 'Passage aux urgences',
    author: hospitalDoctor,
    text: [['Conclusion', 'Aplasie fébrile après la cinquième cure. Antibiothérapie, surveillance 24 heures.']],
  },
  {
    ago: 170,
    type: 'pathology',
    title: 'Anatomopathologie de la pièce opératoire',
    author: hospitalDoctor,
    text: [['Conclusion', 'Carcinome infiltrant de type non spécifique, grade II, récepteurs hormonaux positifs.']],
  },
  {
    ago: 120,
    type: 'psychiatry',
    title: 'Synthèse psychiatrique',
    author: hospitalDoctor,
    text: [['Synthèse', 'Trouble de l’adaptation avec humeur anxieuse, suivi mensuel.']],
  },
  {
    ago: 20,
    type: 'consultation',
    title: 'Consultation de médecine générale',
    author: doctor,
    text: [['Conclusion', 'Asthénie modérée. Reprise de la marche.']],
  },
];

const STORIES = [ODETTE, JEAN_NOEL, MARIE_CLAIRE];

/** What the illnesses of the region bring: one subject for a consultation, an imaging report, a stay. */
const SUBJECTS: Partial<Record<Person['illness'], readonly [consultation: string, imaging: string, stay: string]>> = {
  diabetes: ['Suivi du diabète de type 2.', 'Échographie rénale : reins de taille normale.', 'Déséquilibre du diabète, éducation reprise.'],
  kidney: [
    'Suivi de la maladie rénale chronique.',
    'Échographie rénale : reins de petite taille.',
    'Poussée d’insuffisance rénale, réversible.',
  ],
  heart: [
    'Suivi de l’insuffisance cardiaque.',
    'Échographie cardiaque : fraction d’éjection 45 %.',
    'Décompensation cardiaque, diurétiques augmentés.',
  ],
  pregnancy: [
    'Consultation de suivi de grossesse.',
    'Échographie obstétricale : croissance harmonieuse.',
    'Surveillance d’une menace d’accouchement prématuré.',
  ],
  chemotherapy: [
    'Consultation d’oncologie.',
    'Scanner thoraco-abdomino-pelvien : maladie stable.',
    'Cure de chimiothérapie, bien tolérée.',
  ],
  liver: ['Suivi d’hépatopathie.', 'Échographie hépatique : foie dysmorphique.', 'Ponction d’ascite, sans infection.'],
};
const ORDINARY = [
  'Consultation pour renouvellement du traitement.',
  'Radiographie du thorax : normale.',
  'Hospitalisation de jour pour bilan.',
] as const;

/** Two letters for everybody, more for those who are ill; some older than two years. */
function drawn({ doctor, hospitalDoctor }: Cast, { illness, k }: Person, seed: number): WrittenLetter[] {
  const dice = chance(seed, 'letters', k);
  const [consultation, imaging, stay] = SUBJECTS[illness] ?? ORDINARY;
  const letters: WrittenLetter[] = [
    {
      ago: dice.int(5, 300),
      type: 'consultation',
      title: 'Consultation de médecine générale',
      author: doctor,
      text: [['Conclusion', consultation]],
    },
    {
      ago: dice.int(300, 1_200),
      type: 'imaging',
      title: imaging.split(' : ')[0]!,
      author: hospitalDoctor,
      text: [['Conclusion', imaging]],
    },
  ];
  if (SUBJECTS[illness] === undefined) return letters;
  const ago = dice.int(30, 900);
  return [
    ...letters,
    {
      ago,
      type: 'discharge',
      title: 'Lettre de liaison à la sortie',
      author: hospitalDoctor,
      stayedDays: dice.int(2, 9),
      text: [
        ['Synthèse du séjour', stay],
        ['Suites à donner', 'Contrôle biologique à une semaine chez le médecin traitant.'],
      ],
    },
    {
      ago: Math.max(1, ago - 7),
      type: 'prescription',
      title: 'Ordonnance de médicaments',
      author: doctor,
      text: [['Prescription', 'Traitement de sortie reconduit.']],
    },
  ];
}
