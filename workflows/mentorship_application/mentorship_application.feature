# language: fr
# en: Request for a mentor
Fonctionnalité: Demande d’un mentor

  # en: There is a mentor, but no pair yet
  Scénario: Il y a un mentor, mais pas encore de paire
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Étant donné que le registre connaît « Basile Orsini »
      | birth_date     | 1985-03-04 |
      | programme      | PGE |
      | promotion_year | 2008 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000422 |
      | email          | basile@example.org |
    Quand Basile Orsini envoie le formulaire de « mentor_registration »
    Et la personne fait « attend_training »
    Et Ambre Delaunay envoie le formulaire de « mentorship_application »
    Alors le courriel « demand_received » est parti
    Quand 40 jours passent
    Alors MENTORING a « search_by_hand » à faire
