# language: fr
# en: Request for a mentor
Fonctionnalité: Demande d’un mentor

  # en: There is a mentor, but no pair yet
  Scénario: Il y a un mentor, mais pas encore de paire
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
    Quand Basile Orsini envoie le formulaire de « Devenir mentor »
    Et la personne fait « Suivre la formation »
    Et Ambre Delaunay envoie le formulaire de « Trouver un mentor »
    Alors le courriel « Votre demande de mentor (demand_received) » est parti
    Quand 40 jours passent
    Alors Mentorat a « Chercher avec la personne » à faire
