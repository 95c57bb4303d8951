# language: fr
# en: Confirmation by the class
Fonctionnalité: Confirmation par la promotion

  # en: Two members of the class are asked
  Scénario: Deux membres de la promotion sont interrogés
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Étant donné que le registre connaît « Inès Caradec »
      | date de naissance | 1990-02-01 |
      | programme         | Programme Grande École |
      | promotion         | 2013 |
    Étant donné que le registre connaît « Basile Orsini »
      | date de naissance    | 1990-05-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000422 |
      | adresse électronique | basile@example.org |
    Quand un visiteur envoie le formulaire de « Demande d’adhésion »
      | Vous êtes         | Diplômé·e de l’école   |
      | Prénoms           | Inès                   |
      | Nom de naissance  | Caradec                |
      | Date de naissance | 02/02/1990             |
      | Programme         | Programme Grande École |
      | Promotion         | 2013                   |
      | Adresse e-mail    | ines@example.org       |
    Et la personne ouvre le lien du dernier courriel
    Et Base de données fait « Contrôler le diplôme »
      | Votre décision | Interroger deux personnes de la promotion |
    Alors 2 courriels « Connaissez-vous … ? » sont partis
    Quand 15 jours passent
    Alors le dossier a fini à « Sans réponse (après Dire si on se connaît) »
