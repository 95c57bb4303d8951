# language: fr
Fonctionnalité: Tour d’appariement

  Scénario: Personne n’attend
    Quand MENTORING envoie le formulaire de « mentorship_matching_round »
    Et 7 jours passent
    Alors le dossier a fini à « nobody_was_waiting »
