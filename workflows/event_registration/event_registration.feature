# language: fr
# en: Registration for an event
Fonctionnalité: Inscription à un événement

  # en: A place, a reminder, a thank-you
  Scénario: Une place, un rappel, un merci
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
    Et Ambre Delaunay envoie le formulaire de « Inscription à un événement »
      | Nombre de places | 1 |
    Alors le dossier est passé par « Envoyer le billet »
    Quand 110 jours passent
    Alors le dossier est passé par « Rappeler »
