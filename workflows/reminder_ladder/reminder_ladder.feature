# language: fr
# en: Ladder of reminders
Fonctionnalité: Échelle de relances

  # en: One reminder after another
  Scénario: Une relance après l’autre
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand le processus « Renouvellement d’adhésion » commence
      | personne | Ambre Delaunay |
    Et 20 jours passent
    Alors le courriel « Votre adhésion se termine dans un mois » est parti
