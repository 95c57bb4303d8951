# language: fr
# en: Proposal of an event
Fonctionnalité: Proposition d’un événement

  # en: A small dinner is approved as a matter of course
  Scénario: Un petit dîner est accepté d’office
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
    Alors le courriel « … : c’est accordé » est parti
    Et le dossier a fini à « Événement publié »

  # en: Where alcohol is sold, somebody decides and refuses
  Scénario: Là où l’on vend de l’alcool, quelqu’un décide et refuse
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
      | Alcool                                                                  | Vendu                      |
      | Intervenant                                                             | Aucun, ou de l’association |
      | Vous ou l’un de vos proches gagnez-vous quelque chose à cet événement ? | Non                        |
    Et Événements fait « Accorder l’événement »
      | Décision                                      | Refuser           |
      | Conditions ou raison, lues par l’organisateur | Le budget manque. |
    Alors le courriel « … : ce n’est pas possible » est parti
    Et le dossier a fini à « Événement refusé »
