# language: fr
# en: Proposal of an event
Fonctionnalité: Proposition d’un événement

  # en: A small dinner is approved as a matter of course
  Scénario: Un petit dîner est accepté d’office
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
    Alors le courriel « … : c’est accordé » est parti
    Et le dossier a fini à « Événement publié »

  # en: Where alcohol is sold, somebody decides and refuses
  Scénario: Là où l’on vend de l’alcool, quelqu’un décide et refuse
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
      | alcohol   | SOLD |
      | speaker   | NONE |
      | conflict  | NO |
    Et Événements fait « Accorder l’événement »
      | decision | REFUSE |
      | note     | Le budget manque. |
    Alors le courriel « … : ce n’est pas possible » est parti
    Et le dossier a fini à « Événement refusé »
