# language: fr
# en: Honorary member
Fonctionnalité: Membre d’honneur

  # en: The committee votes in favour
  Scénario: Le comité vote pour
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Présidence envoie le formulaire de « Membre d’honneur »
      | Numéro de membre | M0000421 |
    Et Comité fait « Consigner le vote »
      | Réunion du  | 2026-11-23 |
      | Pour        | 7          |
      | Contre      | 1          |
      | Abstentions | 1          |
    Et Comité fait « Confirmer le vote »
      | Ce résultat est-il exact ? | Oui, je confirme |
    Alors le courriel « Vous êtes membre d’honneur » est parti
