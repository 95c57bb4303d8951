# language: fr
# en: Who leads a group
Fonctionnalité: Qui anime un groupe

  # en: Nobody is available, a merger is considered
  Scénario: Personne n’est disponible, une réunion est étudiée
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
    Quand le message « lead_dropped » arrive
      | =key       | COH-2027-01:FACILITATOR |
      | cohort_key | COH-2027-01 |
      | lead_role  | FACILITATOR |
    Alors CAREERS_HEAD a « find_lead » à faire
    Quand CAREERS_HEAD fait « find_lead »
      | nobody | true |
    Alors le dossier a fini à « merger_is_asked »
