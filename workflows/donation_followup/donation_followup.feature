# language: fr
# en: Following up a gift
Fonctionnalité: Suivi d’un don

  # en: A cheque, a receipt
  Scénario: Un chèque, un reçu
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | PGE |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Dons de la fondation envoie le formulaire de « Suivi d’un don »
      | kind   | GIFT |
      | person | ambre@example.org |
      | amount | 500 |
      | means  | CHEQUE |
    Et Dons de la fondation fait « Fixer la date du don »
      | set_given_on | 2026-11-23 |
    Et Dons de la fondation fait « Compléter l’adresse »
      | address_lines | 84 rue des Donateurs |
      | postcode      | 69002 |
      | city          | Lyon |
      | country       | FR |
    Alors le courriel « Merci de votre don » est parti
    Quand 20 jours passent
    Alors le courriel « Votre reçu fiscal … » est parti
