# language: fr
# en: An incident at an event
Fonctionnalité: Incident lors d’un événement

  # en: Somebody was hurt: the office looks at it and tells the insurer
  Scénario: Quelqu’un est blessé : le service regarde l’incident et prévient l’assureur
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Ambre Delaunay envoie le formulaire de « Proposer un événement »
      | Titre                                                                   | Dîner des anciens          |
      | Jour                                                                    | 2027-03-01                 |
      | Heure de début                                                          | 19:00                      |
      | Heure de fin                                                            | 22:00                      |
      | Ouvert à                                                                | Membres                    |
      | Lieu ou adresse de connexion                                            | 12 rue des Fêtes, Lyon     |
      | Participants attendus                                                   | 30                         |
      | Genre                                                                   | Dîner                      |
      | Alcool                                                                  | Sans alcool                |
      | Intervenant                                                             | Aucun, ou de l’association |
      | Vous ou l’un de vos proches gagnez-vous quelque chose à cet événement ? | Non                        |
    Et 1 jour passe
    Et Ambre Delaunay envoie le formulaire de « Incident lors d’un événement »
      | Que s’est-il passé ?         | Un accident ou un malaise      |
      | Quel jour ?                  | 2026-11-23                     |
      | À quelle heure, à peu près ? | 08:00                          |
      | Quelqu’un est-il blessé ?    | Oui, ou peut-être              |
      | Racontez en quelques phrases | Une chute pendant le repérage. |
    Alors le courriel « … : incident signalé » est parti
    Et le dossier est passé par « Noter l’incident »
    Quand Événements fait « Regarder l’incident »
      | L’assureur doit-il le savoir ?                      | Oui                          |
      | Ce que nous faisons, pour la personne qui a signalé | Nous vous appelons ce matin. |
    Alors le courriel « … : ce que nous faisons » est parti
    Quand Événements fait « Prévenir l’assureur »
      | L’assureur l’a appris le | 2026-11-24 |
      | Sa référence             | SIN-4711   |
    Alors le dossier a fini à « Incident clos »
