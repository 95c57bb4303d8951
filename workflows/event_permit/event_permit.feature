# language: fr
# en: Permits of an event
Fonctionnalité: Autorisations d’un événement

  # en: One permit to obtain
  Scénario: Une autorisation à obtenir
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | PGE |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Ambre Delaunay envoie le formulaire de « Proposer un événement »
      | title_fr  | Dîner des anciens |
      | starts_on | 2027-03-01 |
      | begins    | 19:00 |
      | ends      | 22:00 |
      | public    | MEMBERS |
      | place     | 12 rue des Fêtes, Lyon |
      | expected  | 30 |
      | kind      | DINNER |
      | alcohol   | NONE |
      | speaker   | NONE |
      | conflict  | NO |
    Et 1 jour passe
    Alors la personne a « Faire la démarche » à faire
