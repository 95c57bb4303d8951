# language: fr
# en: The Foundation’s year
Fonctionnalité: L’année de la Fondation

  # en: The return is filed in February
  Scénario: La déclaration est faite en février
    Quand 90 jours passent
    Alors FOUNDATION_GIFTS a « declare_gifts » à faire
    Quand FOUNDATION_GIFTS fait « declare_gifts »
      | declared_on | 2027-02-21 |
    Alors le dossier a fini à « year_is_declared »
