# language: fr
# en: Membership of a guest
Fonctionnalité: Adhésion d’un invité

  # en: The application is not confirmed
  Scénario: La demande n’est pas confirmée
    Quand un visiteur envoie le formulaire de « Venir en invité·e »
      | birth_date | 1986-05-01 |
      | email      | leo@example.org |
    Alors le courriel « Confirmez votre adresse e-mail (guest_confirm_email) » est parti
    Quand 4 jours passent
    Alors le dossier a fini à « Demande abandonnée »
