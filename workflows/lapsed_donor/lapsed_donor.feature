# language: fr
# en: Donors who no longer give
Fonctionnalité: Donateurs qui ne donnent plus

  # en: On the first of the month, there is nobody
  Scénario: Le premier du mois, il n’y a personne
    Quand 10 jours passent
    Alors le dossier a fini à « Revues ouvertes »
