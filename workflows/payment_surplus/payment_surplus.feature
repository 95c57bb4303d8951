# language: fr
# en: Paid too much
Fonctionnalité: Trop payé

  # en: The surplus is given back
  Scénario: Le trop-payé est rendu
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance | 1990-03-04 |
      | programme         | Programme Grande École |
      | promotion         | 2013 |
    Quand un visiteur envoie le formulaire de « Demande d’adhésion »
      | Vous êtes         | Diplômé·e de l’école   |
      | Prénoms           | Ambre                  |
      | Nom de naissance  | Delaunay               |
      | Date de naissance | 1990-03-04             |
      | Programme         | Programme Grande École |
      | Promotion         | 2013                   |
      | Adresse e-mail    | ambre@example.org      |
    Et la personne ouvre le lien du dernier courriel
    Et la personne fait « Exprimer ses choix »
    Et la personne fait « Composer le panier »
      | Moyen de paiement | Carte bancaire |
      | Durée             | 1 an           |
      | Montant du don    | 0              |
    Et 200 € sont payés par carte
    Alors le courriel « Vous avez payé plus que votre commande » est parti
    Quand la personne fait « Choisir que faire du trop-perçu »
      | Ce que vous souhaitez | Me rembourser |
    Et Comptabilité fait « Rembourser »
      | Montant remboursé      | 40         |
      | Date du remboursement  | 2026-11-24 |
      | Référence de la banque | VIR 1      |
    Alors le dossier a fini à « Trop-perçu remboursé »
