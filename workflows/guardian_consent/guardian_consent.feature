# language: fr
# en: Consent of a parent
Fonctionnalité: Accord d’un parent

  # en: A parent says yes
  Scénario: Un parent dit oui
    Quand un visiteur envoie le formulaire de « Adhésion étudiante »
      | birth_date     | 2010-05-01 |
      | promotion_year | 2030 |
      | email          | leo@example.org |
    Et la personne ouvre le lien du dernier courriel
    Alors le courriel « Votre accord est demandé » est parti
    Quand la personne fait « Donner son accord »
      | answer    | YES |
      | authority | oui |
    Alors le dossier a fini à « Réponse reçue »
