# language: fr
# en: Merge or close a group
Fonctionnalité: Réunir ou clore un groupe

  # en: The group goes on
  Scénario: Le groupe continue
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
    Quand le message « merger_wanted » arrive
      | =key       | COH-2027-01 |
      | cohort_key | COH-2027-01 |
      | cause      | SIZE |
    Alors CAREERS_HEAD a « choose_merger » à faire
    Quand CAREERS_HEAD fait « choose_merger »
      | choice | GO_ON |
    Alors le dossier a fini à « group_goes_on »
