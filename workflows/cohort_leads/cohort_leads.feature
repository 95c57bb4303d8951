# language: fr
# en: Who leads a group
Fonctionnalité: Qui anime un groupe

  # en: Nobody is available, a merger is considered
  Scénario: Personne n’est disponible, une réunion est étudiée
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Étant donné que le registre connaît « Basile Orsini »
      | date de naissance    | 1985-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2008 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000422 |
      | adresse électronique | basile@example.org |
    Quand Responsable carrières envoie le formulaire de « Groupe carrière »
      | Courriel du parrain ou de la marraine     | ambre@example.org  |
      | Courriel de la seconde personne qui anime | basile@example.org |
      | Première séance                           | 2027-02-01         |
      | Heure de début (18:30)                    | 18:30              |
    Quand le message « Un animateur s’arrête » arrive
      | dossier visé    | COH-2027-01:FACILITATOR       |
      | groupe carrière | COH-2027-01                   |
      | rôle            | Parrain ou marraine de groupe |
    Alors Responsable carrières a « Trouver quelqu’un pour animer » à faire
    Quand Responsable carrières fait « Trouver quelqu’un pour animer »
      | Personne n’est disponible | true |
    Alors le dossier a fini à « Réunion à étudier »
