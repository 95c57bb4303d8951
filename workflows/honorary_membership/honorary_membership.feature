# language: fr
# en: Honorary member
Fonctionnalité: Membre d’honneur

  # en: The committee votes in favour
  Scénario: Le comité vote pour
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | PGE |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Présidence envoie le formulaire de « Membre d’honneur »
      | member_no | M0000421 |
    Et Comité fait « Consigner le vote »
      | held_on   | 2026-11-23 |
      | in_favour | 7 |
      | against   | 1 |
      | abstained | 1 |
    Et Comité fait « Confirmer le vote »
      | is_right | YES |
    Alors le courriel « Vous êtes membre d’honneur » est parti
