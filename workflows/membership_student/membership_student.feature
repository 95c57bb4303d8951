# language: fr
# en: Membership of a student
Fonctionnalité: Adhésion d’un étudiant

  # en: Nobody opens the link
  Scénario: Personne n’ouvre le lien
    Quand un visiteur envoie le formulaire de « membership_student »
      | birth_date     | 2006-05-01 |
      | promotion_year | 2028 |
      | email          | leo@example.org |
    Alors le courriel « confirm_email » est parti
    Quand 32 jours passent
    Alors le courriel « confirm_email_reminder » est parti
    Et le dossier a fini à « did_not_join »
