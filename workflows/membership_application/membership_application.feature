# language: fr
# en: Membership of a graduate
Fonctionnalité: Adhésion d’une personne diplômée

  Contexte:
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance | 1990-03-04 |
      | programme         | PGE |
      | promotion         | 2013 |

  # en: Known to the register, she joins and pays by card
  Scénario: Connue du registre, elle adhère et paie par carte
    Quand un visiteur envoie le formulaire de « Demande d’adhésion »
      | category       | GRADUATE             |
      | first_names    | Ambre                |
      | birth_name     | Delaunay             |
      | birth_date     | 04/03/1990           |
      | programme      | PGE                  |
      | promotion_year | 2013                 |
      | email          | ambre@example.org |
    Alors le courriel « Confirmez votre adresse e-mail (confirm_email) » est parti
    Quand la personne ouvre le lien du dernier courriel
    Et la personne fait « Exprimer ses choix »
    Et la personne fait « Composer le panier »
      | pay_means      | CARD |
      | duration_years | 1 |
      | gift_amount | 0 |
    Et 160 € sont payés par carte
    Alors le courriel « Bienvenue ! Vous êtes membre » est parti

  # en: Nobody opens the link
  Scénario: Personne n’ouvre le lien
    Quand un visiteur envoie le formulaire de « Demande d’adhésion »
      | category       | GRADUATE             |
      | first_names    | Ambre                |
      | birth_name     | Delaunay             |
      | birth_date     | 04/03/1990           |
      | programme      | PGE                  |
      | promotion_year | 2013                 |
      | email          | ambre@example.org |
    Et 32 jours passent
    Alors le dossier a fini à « Brouillon effacé »
