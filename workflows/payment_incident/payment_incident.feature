# language: fr
# en: Payment incident
Fonctionnalité: Incident de paiement

  # en: The bank takes the payment back, a new account is given
  Scénario: La banque reprend le paiement, un nouveau compte est donné
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance | 1990-03-04 |
      | programme         | PGE |
      | promotion         | 2013 |
    Quand un visiteur envoie le formulaire de « Demande d’adhésion »
      | category       | GRADUATE |
      | first_names    | Ambre |
      | birth_name     | Delaunay |
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | email          | ambre@example.org |
    Et la personne ouvre le lien du dernier courriel
    Et la personne fait « Exprimer ses choix »
    Et la personne fait « fill_basket »
      | pay_means      | CARD |
      | duration_years | 1 |
      | gift_amount    | 0 |
    Et 160 € sont payés par carte
    Et la banque reprend le dernier paiement
    Alors le courriel « Votre prélèvement n’a pas pu être fait » est parti
    Quand la personne fait « Signer un nouveau mandat »
      | holder         | AMBRE DELAUNAY |
      | iban           | FR7630006000012969256940864 |
      | mandate_kind   | RCUR |
      | mandate_signed | oui |
    Et 5 jours passent
    Alors le courriel « Nouveau prélèvement le … » est parti
