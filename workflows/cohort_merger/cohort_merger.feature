# language: fr
# en: Merge or close a group
Fonctionnalité: Réunir ou clore un groupe

  # en: The group goes on
  Scénario: Le groupe continue
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Étant donné que le registre connaît « Basile Orsini »
      | date de naissance    | 1985-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2008 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000422 |
      | adresse électronique | basile@example.org |
    Quand Responsable carrières envoie le formulaire de « Groupe carrière »
      | Courriel du parrain ou de la marraine     | ambre@example.org  |
      | Courriel de la seconde personne qui anime | basile@example.org |
      | Première séance                           | 2027-02-01         |
      | Heure de début (18:30)                    | 18:30              |
    Quand le message « Groupe trop petit » arrive
      | dossier visé    | COH-2027-01             |
      | groupe carrière | COH-2027-01             |
      | cause           | cinq personnes ou moins |
    Alors Responsable carrières a « Choisir la suite du groupe » à faire
    Quand Responsable carrières fait « Choisir la suite du groupe »
      | Votre décision | Continuer ainsi |
    Alors le dossier a fini à « Le groupe continue »
