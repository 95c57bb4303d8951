# language: fr
# en: Confirmation by the class
Fonctionnalité: Confirmation par la promotion

  # en: Two members of the class are asked
  Scénario: Deux membres de la promotion sont interrogés
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | PGE |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Étant donné que le registre connaît « Inès Caradec »
      | date de naissance | 1990-02-01 |
      | programme         | PGE |
      | promotion         | 2013 |
    Étant donné que le registre connaît « Basile Orsini »
      | date de naissance    | 1990-05-04 |
      | programme            | PGE |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000422 |
      | adresse électronique | basile@example.org |
    Quand un visiteur envoie le formulaire de « Demande d’adhésion »
      | category       | GRADUATE |
      | first_names    | Inès |
      | birth_name     | Caradec |
      | birth_date     | 02/02/1990 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | email          | ines@example.org |
    Et la personne ouvre le lien du dernier courriel
    Et Base de données fait « Contrôler le diplôme »
      | decision | PEERS |
    Alors 2 courriels « Connaissez-vous … ? » sont partis
    Quand 15 jours passent
    Alors le dossier a fini à « no_answer »
