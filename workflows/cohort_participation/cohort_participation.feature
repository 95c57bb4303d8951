# language: fr
# en: Taking part in a group
Fonctionnalité: Participation à un groupe

  # en: A place is given
  Scénario: Une place est donnée
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | PGE |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Étant donné que le registre connaît « Basile Orsini »
      | date de naissance    | 1985-03-04 |
      | programme            | PGE |
      | promotion            | 2008 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000422 |
      | adresse électronique | basile@example.org |
    Quand Responsable carrières envoie le formulaire de « Groupe carrière »
      | facilitator    | ambre@example.org |
      | co_facilitator | basile@example.org |
      | starts_on      | 2027-02-01 |
      | begins         | 18:30 |
    Étant donné que le registre connaît « Chloé Vasseur »
      | date de naissance    | 1990-06-04 |
      | programme            | PGE |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000423 |
      | adresse électronique | chloe@example.org |
    Quand Responsable carrières envoie le formulaire de « Participation à un groupe carrière »
      | person    | chloe@example.org |
      | cohort    | COH-2027-01 |
      | situation | SEEKING |
    Et 1 jour passe
