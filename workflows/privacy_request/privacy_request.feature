# language: fr
# en: Request about one’s data
Fonctionnalité: Demande sur ses données

  # en: A correction is granted
  Scénario: Une rectification est accordée
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand Ambre Delaunay envoie le formulaire de « privacy_request »
    Alors le courriel « privacy_acknowledged » est parti
    Quand DPO fait « decide_request »
      | outcome     | GRANTED |
      | first_names | Ambre |
      | birth_name  | Delaunay |
    Et GENERAL_DELEGATE fait « confirm_decision »
      | confirmation | CONFIRM |
    Et 1 jour passe
    Alors le courriel « privacy_answered » est parti
    Et le dossier a fini à « request_answered »
