# language: fr
# en: Matching round
Fonctionnalité: Tour d’appariement

  # en: Nobody waits
  Scénario: Personne n’attend
    Quand MENTORING envoie le formulaire de « mentorship_matching_round »
    Et 7 jours passent
    Alors le dossier a fini à « nobody_was_waiting »
