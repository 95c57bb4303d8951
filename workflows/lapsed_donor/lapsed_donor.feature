# language: fr
Fonctionnalité: Donateurs qui ne donnent plus

  Scénario: Le premier du mois, il n’y a personne
    Quand 10 jours passent
    Alors le dossier a fini à « reviews_opened »
