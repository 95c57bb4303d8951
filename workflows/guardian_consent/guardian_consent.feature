# language: fr
# en: Consent of a parent
Fonctionnalité: Accord d’un parent

  # en: A parent says yes
  Scénario: Un parent dit oui
    Quand un visiteur envoie le formulaire de « membership_student »
      | birth_date     | 2010-05-01 |
      | promotion_year | 2030 |
      | email          | leo@example.org |
    Et la personne ouvre le lien du dernier courriel
    Alors le courriel « guardian_request » est parti
    Quand la personne fait « give_consent »
      | answer    | YES |
      | authority | oui |
    Alors le dossier a fini à « guardian_has_answered »
