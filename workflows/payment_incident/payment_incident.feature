# language: fr
# en: Payment incident
Fonctionnalité: Incident de paiement

  # en: The bank takes the payment back, a new account is given
  Scénario: La banque reprend le paiement, un nouveau compte est donné
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
    Et 160 € sont payés par carte
    Et la banque reprend le dernier paiement
    Alors le courriel « Votre prélèvement n’a pas pu être fait » est parti
    Quand la personne fait « Signer un nouveau mandat »
      | Titulaire du compte | AMBRE DELAUNAY                                |
      | IBAN                | FR7630006000012969256940864                   |
      | Ce mandat vaut      | Pour ce paiement et les cotisations suivantes |
      | Je signe ce mandat  | oui                                           |
    Et 5 jours passent
    Alors le courriel « Nouveau prélèvement le … » est parti
