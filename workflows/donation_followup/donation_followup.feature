# language: fr
# en: Following up a gift
Fonctionnalité: Suivi d’un don

  # en: A cheque, a receipt
  Scénario: Un chèque, un reçu
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
    Alors le courriel « Merci de votre don » est parti
    Quand 20 jours passent
    Alors le courriel « Votre reçu fiscal … » est parti
