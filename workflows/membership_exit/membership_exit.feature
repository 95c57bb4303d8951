# language: fr
# en: A member leaves
Fonctionnalité: Départ d’un membre

  # en: A member resigns
  Scénario: Un membre démissionne
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Ambre Delaunay envoie le formulaire de « Quitter l’association »
    Alors le courriel « Votre démission est enregistrée » est parti
    Quand 45 jours passent
    Alors le dossier a fini à « Départ accompli »
