# language: fr
# en: A member leaves
Fonctionnalité: Départ d’un membre

  # en: A member resigns
  Scénario: Un membre démissionne
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand Ambre Delaunay envoie le formulaire de « Quitter l’association »
    Alors le courriel « Votre démission est enregistrée » est parti
    Quand 45 jours passent
    Alors le dossier a fini à « Départ accompli »
