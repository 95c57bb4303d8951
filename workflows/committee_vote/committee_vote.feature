# language: fr
# en: Vote of the committee
Fonctionnalité: Vote du comité

  # en: A vote is read over by a colleague
  Scénario: Un vote est relu par un collègue
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
    Alors Comité a « Confirmer le vote » à faire
    Quand Comité fait « Confirmer le vote »
      | Ce résultat est-il exact ? | Oui, je confirme |
    Alors le dossier a fini à « Vote arrêté »
