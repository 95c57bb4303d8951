# language: fr
# en: Cancelling an event
Fonctionnalité: Annulation d’un événement

  # en: The organiser cancels her event
  Scénario: L’organisatrice annule son événement
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
    Et Ambre Delaunay envoie le formulaire de « Annuler ou reporter un événement »
      | calling_off | CANCEL |
    Alors le dossier a fini à « Annulé »
