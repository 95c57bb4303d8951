# language: fr
# en: Membership of a graduate
Fonctionnalité: Adhésion d’une personne diplômée

  Contexte:
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance | 1990-03-04 |
      | programme         | Programme Grande École |
      | promotion         | 2013 |

  # en: Known to the register, she joins and pays by card
  Scénario: Connue du registre, elle adhère et paie par carte
    Quand un visiteur envoie le formulaire de « Demande d’adhésion »
      | Vous êtes         | Diplômé·e de l’école   |
      | Prénoms           | Ambre                  |
      | Nom de naissance  | Delaunay               |
      | Date de naissance | 04/03/1990             |
      | Programme         | Programme Grande École |
      | Promotion         | 2013                   |
      | Adresse e-mail    | ambre@example.org      |
    Alors le courriel « Confirmez votre adresse e-mail (confirm_email) » est parti
    Quand la personne ouvre le lien du dernier courriel
    Et la personne fait « Exprimer ses choix »
    Et la personne fait « Composer le panier »
      | Moyen de paiement | Carte bancaire |
      | Durée             | 1 an           |
      | Montant du don    | 0              |
    Et 160 € sont payés par carte
    Alors le courriel « Bienvenue ! Vous êtes membre » est parti

  # en: Nobody opens the link
  Scénario: Personne n’ouvre le lien
    Quand un visiteur envoie le formulaire de « Demande d’adhésion »
      | Vous êtes         | Diplômé·e de l’école   |
      | Prénoms           | Ambre                  |
      | Nom de naissance  | Delaunay               |
      | Date de naissance | 04/03/1990             |
      | Programme         | Programme Grande École |
      | Promotion         | 2013                   |
      | Adresse e-mail    | ambre@example.org      |
    Et 32 jours passent
    Alors le dossier a fini à « Brouillon effacé »
