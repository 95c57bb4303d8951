# language: fr
# en: Report on an event
Fonctionnalité: Bilan d’un événement

  # en: Once the event is over, the report is asked for and chased
  Scénario: L’événement passé, le bilan est demandé et relancé
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
    Et 130 jours passent
    Alors le dossier est passé par « first_sent »
