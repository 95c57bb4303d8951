# language: fr
# en: The Foundation’s year
Fonctionnalité: L’année de la Fondation

  # en: The return is filed in February
  Scénario: La déclaration est faite en février
    Quand 90 jours passent
    Alors Dons de la fondation a « Déclarer les dons » à faire
    Quand Dons de la fondation fait « Déclarer les dons »
      | Déclaré le | 2027-02-21 |
    Alors le dossier a fini à « Dons déclarés »
