# language: fr
# en: Planning a career group
Fonctionnalité: Prévoir un groupe carrière

  # en: A season comes, and nobody applies
  Scénario: Une saison approche, et personne ne se présente
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
    Quand 56 jours passent
    Alors Responsable carrières a « Prévoir un groupe, ou deux » à faire
    Quand Responsable carrières fait « Prévoir un groupe, ou deux »
      | Combien de groupes ?                      | Un                 |
      | Courriel du parrain ou de la marraine     | ambre@example.org  |
      | Courriel de la seconde personne qui anime | basile@example.org |
      | Première séance                           | 2027-04-06         |
      | Heure de début (18:30)                    | 18:30              |
    Et 60 jours passent
    Alors Assistance carrières a « Chercher encore des candidats » à faire
