# language: fr
# en: Matching round
Fonctionnalité: Tour d’appariement

  # en: Nobody waits
  Scénario: Personne n’attend
    Quand Mentorat envoie le formulaire de « Tour d’appariement »
    Et 7 jours passent
    Alors le dossier a fini à « Personne n’attend »
