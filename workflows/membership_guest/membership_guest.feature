# language: fr
# en: Membership of a guest
Fonctionnalité: Adhésion d’un invité

  # en: The application is not confirmed
  Scénario: La demande n’est pas confirmée
    Quand un visiteur envoie le formulaire de « Venir en invité·e »
      | Date de naissance | 1986-05-01      |
      | Adresse e-mail    | leo@example.org |
    Alors le courriel « Confirmez votre adresse e-mail (guest_confirm_email) » est parti
    Quand 4 jours passent
    Alors le dossier a fini à « Demande abandonnée »
