# language: fr
# en: Paid too much
Fonctionnalité: Trop payé

  # en: The surplus is given back
  Scénario: Le trop-payé est rendu
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
    Et 200 € sont payés par carte
    Alors le courriel « Vous avez payé plus que votre commande » est parti
    Quand la personne fait « Choisir que faire du trop-perçu »
      | surplus_use | REFUND |
    Et Comptabilité fait « Rembourser »
      | amount      | 40 |
      | refunded_on | 2026-11-24 |
      | reference   | VIR 1 |
    Alors le dossier a fini à « Trop-perçu remboursé »
