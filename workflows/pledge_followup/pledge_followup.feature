# language: fr
# en: Pledge
Fonctionnalité: Promesse de don

  # en: Instalments that nobody pays
  Scénario: Des échéances que personne ne paie
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Dons de la fondation envoie le formulaire de « Suivi d’une promesse de don »
      | Numéro de membre ou courriel du donateur | ambre@example.org |
      | Montant total                            | 1200              |
      | Montant de chaque échéance               | 100               |
    Alors le courriel « Votre promesse de don » est parti
    Quand 60 jours passent
    Alors le courriel « Votre don du … » est parti
    Et le courriel « Un mot au sujet de votre don » est parti
