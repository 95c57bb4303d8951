# language: fr
# en: Coming without an account
Fonctionnalité: Venir sans compte

  Contexte:
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Ambre Delaunay envoie le formulaire de « Proposer un événement »
      | Titre                                                                   | Verre des anciens                  |
      | Jour                                                                    | 2027-03-01                         |
      | Heure de début                                                          | 19:00                              |
      | Heure de fin                                                            | 22:00                              |
      | Ouvert à                                                                | Tous les diplômés et leurs invités |
      | Lieu ou adresse de connexion                                            | 12 rue des Fêtes, Lyon             |
      | Participants attendus                                                   | 30                                 |
      | Genre                                                                   | Afterwork                          |
      | Alcool                                                                  | Sans alcool                        |
      | Intervenant                                                             | Aucun, ou de l’association         |
      | Vous ou l’un de vos proches gagnez-vous quelque chose à cet événement ? | Non                                |
    Et 1 jour passe

  # en: The address is confirmed, and the person has a place
  Scénario: L’adresse est confirmée, et la personne a sa place
    Quand un visiteur envoie le formulaire de « Venir sans compte »
      | Prénom              | Basile             |
      | Nom                 | Orsini             |
      | Adresse e-mail      | basile@example.org |
      | Langue des messages | Français           |
      | Nombre de places    | 1                  |
    Alors le courriel « … : confirmez votre adresse » est parti
    Et aucun courriel « … : votre billet » n’est parti
    Quand la personne ouvre le lien du dernier courriel
    Alors le dossier a fini à « Inscription faite »
    Et le courriel « … : votre billet » est parti

  # en: Nobody answers in time, and nothing is kept
  Scénario: Personne ne répond à temps, et rien n’est gardé
    Quand un visiteur envoie le formulaire de « Venir sans compte »
      | Prénom              | Basile             |
      | Nom                 | Orsini             |
      | Adresse e-mail      | basile@example.org |
      | Langue des messages | Français           |
      | Nombre de places    | 1                  |
    Et 47 heures passent
    Alors le dossier n’est pas passé par « Tout effacer (après Délai passé) »
    Quand 2 heures passent
    Alors le dossier est passé par « Tout effacer (après Délai passé) »
    Et le dossier a fini à « Demande effacée »
    Et aucun courriel « … : votre billet » n’est parti

  # en: A member hands a place over to somebody without an account
  Scénario: Un membre cède sa place à quelqu’un qui n’a pas de compte
    Quand Ambre Delaunay envoie le formulaire de « Inscription à un événement »
      | Nombre de places | 1 |
    Et Ambre Delaunay envoie le formulaire de « Venir sans compte »
      | Prénom              | Basile             |
      | Nom                 | Orsini             |
      | Adresse e-mail      | basile@example.org |
      | Langue des messages | Français           |
    Alors le courriel « … vous cède sa place : … » est parti
    Quand la personne ouvre le lien du dernier courriel
    Alors le dossier est passé par « Place reprise (après Inscrite ?) »
    Et le courriel « … : votre place est cédée » est parti
    Et 2 courriels « … : votre billet » sont partis
    Et le courriel « … : un régime, un besoin d’accès ? » est parti
    Quand la personne fait « Dire régime et besoin d’accès »
      | Régime alimentaire | végétarien |
    Alors le dossier a fini à « Place reprise (après Dire régime et besoin d’accès) »

  # en: The person named does not answer, and whoever gave the place up is told
  Scénario: La personne nommée ne répond pas, et qui cédait sa place l’apprend
    Quand Ambre Delaunay envoie le formulaire de « Inscription à un événement »
      | Nombre de places | 1 |
    Et Ambre Delaunay envoie le formulaire de « Venir sans compte »
      | Prénom              | Basile             |
      | Nom                 | Orsini             |
      | Adresse e-mail      | basile@example.org |
      | Langue des messages | Français           |
    Et 3 jours passent
    Alors le courriel « … : votre place n’a pas été reprise » est parti
    Et le dossier a fini à « Cession expirée »
