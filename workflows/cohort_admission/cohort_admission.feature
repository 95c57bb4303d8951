# language: fr
# en: Admission to a group
Fonctionnalité: Admission dans un groupe

  # en: A candidate is invited to an interview
  Scénario: Une candidate est invitée à un entretien
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
    Étant donné que le registre connaît « Chloé Vasseur »
      | date de naissance    | 1990-06-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000423 |
      | adresse électronique | chloe@example.org |
    Quand Chloé Vasseur envoie le formulaire de « Rejoindre un groupe carrière »
    Et la personne fait « Donner ses disponibilités »
    Alors le courriel « Votre candidature : parlons-en » est parti
    Et Responsable carrières a « Mener l’entretien à deux » à faire
