# language: fr
# en: Correction of a receipt
Fonctionnalité: Correction d’un reçu

  # en: The amount was wrong
  Scénario: Le montant était faux
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Dons de la fondation envoie le formulaire de « Suivi d’un don »
      | Le donateur est                                                                 | Un particulier           |
      | Numéro de membre ou courriel de la personne (ou de qui représente l’entreprise) | ambre@example.org        |
      | Montant                                                                         | 500                      |
      | Moyen                                                                           | Chèque reçu par la poste |
    Et Dons de la fondation fait « Fixer la date du don »
      | Date du don | 2026-11-23 |
    Et Dons de la fondation fait « Compléter l’adresse »
      | Adresse     | 84 rue des Donateurs |
      | Code postal | 69002                |
      | Ville       | Lyon                 |
      | Pays        | France               |
    Et 20 jours passent
    Alors le courriel « Votre reçu fiscal … » est parti
    Quand Dons de la fondation envoie le formulaire de « Correction d’un reçu fiscal »
      | Numéro du reçu | RF-FOND-2026-000001    |
      | Motif          | Le montant est inexact |
      | Montant exact  | 300                    |
    Et Trésorerie de la fondation fait « Accorder la correction »
      | Décision | Annuler et remplacer le reçu |
    Alors le dossier a fini à « Reçu remplacé »
