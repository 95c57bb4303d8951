# language: fr
# en: An incident at an event
Fonctionnalité: Incident lors d’un événement

  # en: Somebody was hurt: the office looks at it and tells the insurer
  Scénario: Quelqu’un est blessé : le service regarde l’incident et prévient l’assureur
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
    Et Ambre Delaunay envoie le formulaire de « Incident lors d’un événement »
      | kind        | ACCIDENT |
      | happened_on | 2026-11-23 |
      | happened_at | 08:00 |
      | hurt        | YES |
      | what        | Une chute pendant le repérage. |
    Alors le courriel « … : incident signalé » est parti
    Et le dossier est passé par « Noter l’incident »
    Quand Événements fait « Regarder l’incident »
      | insurer | TELL |
      | answer  | Nous vous appelons ce matin. |
    Alors le courriel « … : ce que nous faisons » est parti
    Quand Événements fait « Prévenir l’assureur »
      | insurer_told_on | 2026-11-24 |
      | reference       | SIN-4711 |
    Alors le dossier a fini à « Incident clos »
