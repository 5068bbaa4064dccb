/** What the sign-in page says of the three stories, in their order: the illness, then what to look for. */
export const STORY_WORDS: readonly { title: { fr: string; en: string }; detail: { fr: string; en: string } }[] = [
  {
    title: { fr: 'cœur, rein, diabète', en: 'heart, kidney, diabetes' },
    detail: { fr: '3 laboratoires, un séjour, une valeur corrigée', en: '3 laboratories, a hospital stay, a corrected value' },
  },
  {
    title: { fr: 'anticoagulant', en: 'anticoagulant' },
    detail: { fr: 'INR à l’hôpital, en ville et au doigt', en: 'INR in hospital, in town and at the fingertip' },
  },
  {
    title: { fr: 'chimiothérapie', en: 'chemotherapy' },
    detail: { fr: 'neutrophiles par cure, seuil de rappel', en: 'neutrophils by cycle, call-back threshold' },
  },
];
