# language: fr
# en: Consent of a parent
Fonctionnalité: Accord d’un parent

  # en: A parent says yes
  Scénario: Un parent dit oui
    Quand un visiteur envoie le formulaire de « Adhésion étudiante »
      | Date de naissance | 2010-05-01      |
      | Promotion         | 2030            |
      | Adresse e-mail    | leo@example.org |
    Et la personne ouvre le lien du dernier courriel
    Alors le courriel « Votre accord est demandé » est parti
    Quand la personne fait « Donner son accord »
      | Donnez-vous votre accord ?      | Oui, je suis d’accord |
      | Je détiens l’autorité parentale | oui                   |
    Alors le dossier a fini à « Réponse reçue »
