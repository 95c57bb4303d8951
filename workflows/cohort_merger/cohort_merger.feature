# language: fr
# en: Merge or close a group
Fonctionnalité: Réunir ou clore un groupe

  # en: The group goes on
  Scénario: Le groupe continue
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
    Quand le message « merger_wanted » arrive
      | =key       | COH-2027-01 |
      | cohort_key | COH-2027-01 |
      | cause      | SIZE |
    Alors Responsable carrières a « Choisir la suite du groupe » à faire
    Quand Responsable carrières fait « Choisir la suite du groupe »
      | choice | GO_ON |
    Alors le dossier a fini à « Le groupe continue »
