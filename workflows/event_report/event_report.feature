# language: fr
# en: Report on an event
Fonctionnalité: Bilan d’un événement

  # en: Once the event is over, the report is asked for and chased
  Scénario: L’événement passé, le bilan est demandé et relancé
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
    Et 130 jours passent
    Alors le dossier est passé par « Rappelé (après Rappeler) »
