# language: fr
# en: Registration of a mentor
Fonctionnalité: Inscription d’un mentor

  # en: Trained, she is a mentor
  Scénario: Formée, elle est mentore
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Ambre Delaunay envoie le formulaire de « Devenir mentor »
    Alors le courriel « Votre formation de mentor » est parti
    Quand la personne fait « Suivre la formation »
      | Suivie le | 2026-11-23 |
    Alors le courriel « Vous êtes mentor » est parti
