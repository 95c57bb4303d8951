# language: fr
# en: Membership of a student
Fonctionnalité: Adhésion d’un étudiant

  # en: Nobody opens the link
  Scénario: Personne n’ouvre le lien
    Quand un visiteur envoie le formulaire de « Adhésion étudiante »
      | Date de naissance | 2006-05-01      |
      | Promotion         | 2028            |
      | Adresse e-mail    | leo@example.org |
    Alors le courriel « Confirmez votre adresse e-mail (confirm_email) » est parti
    Quand 32 jours passent
    Alors le courriel « Il reste une étape : confirmez votre adresse » est parti
    Et le dossier a fini à « Pas d’adhésion »
