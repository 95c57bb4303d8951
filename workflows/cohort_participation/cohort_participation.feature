# language: fr
# en: Taking part in a group
Fonctionnalité: Participation à un groupe

  # en: A place is given
  Scénario: Une place est donnée
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Étant donné que le registre connaît « Basile Orsini »
      | birth_date     | 1985-03-04 |
      | programme      | PGE |
      | promotion_year | 2008 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000422 |
      | email          | basile@example.org |
    Quand Responsable carrières envoie le formulaire de « Groupe carrière »
      | facilitator    | ambre@example.org |
      | co_facilitator | basile@example.org |
      | starts_on      | 2027-02-01 |
      | begins         | 18:30 |
    Étant donné que le registre connaît « Chloé Vasseur »
      | birth_date     | 1990-06-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000423 |
      | email          | chloe@example.org |
    Quand Responsable carrières envoie le formulaire de « Participation à un groupe carrière »
      | person    | chloe@example.org |
      | cohort    | COH-2027-01 |
      | situation | SEEKING |
    Et 1 jour passe
