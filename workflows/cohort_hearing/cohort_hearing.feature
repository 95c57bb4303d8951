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
    Quand CAREERS_HEAD envoie le formulaire de « cohort »
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
    Quand CAREERS_HEAD envoie le formulaire de « cohort_participation »
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
    Quand CAREERS_HEAD fait « hold_hearing »
      | heard    | CAME |
      | decision | REMIND |
      | reason   | Une annonce, retirée aussitôt. |
    Alors le courriel « cohort_heard » est parti
    Et le dossier a fini à « hearing_is_over »
