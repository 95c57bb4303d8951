# language: fr
# en: Hearing about the charter
Fonctionnalité: Audition sur la charte

  # en: The charter is recalled
  Scénario: La charte est rappelée
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
    Quand le message « breach_reported » arrive
      | =key        | signalement |
      | person_id   | Chloé Vasseur |
      | cohort_key  | COH-2027-01 |
      | breach_rule | SELLING |
      | reported_by | person:1 |
    Et 8 jours passent
    Quand Responsable carrières fait « Entendre et décider »
      | heard    | CAME |
      | decision | REMIND |
      | reason   | Une annonce, retirée aussitôt. |
    Alors le courriel « … : après l’audition » est parti
    Et le dossier a fini à « Le groupe continue »
