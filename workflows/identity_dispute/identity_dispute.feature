# language: fr
# en: An identity in doubt
Fonctionnalité: Une identité mise en doute

  # en: She proves who she is
  Scénario: Elle prouve qui elle est
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand DATA envoie le formulaire de « identity_dispute »
      | member_no | M0000421 |
      | words     | Deux diplômes au même nom |
    Alors le courriel « identity_disputed » est parti
    Quand la personne fait « prove_identity »
      | answer | Voici ma pièce d’identité. |
    Et GENERAL_DELEGATE fait « decide_identity »
      | identity | PROVEN |
    Alors le courriel « identity_confirmed » est parti
    Et le dossier a fini à « identity_is_confirmed »

  # en: What she says is not enough at first
  Scénario: Ce qu’elle dit ne suffit pas d’abord
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand DATA envoie le formulaire de « identity_dispute »
      | member_no | M0000421 |
      | words     | Deux diplômes au même nom |
    Et la personne fait « prove_identity »
      | answer | Je n’ai rien. |
    Et GENERAL_DELEGATE fait « decide_identity »
      | identity | NOT_PROVEN |
    Alors le courriel « identity_unproven » est parti
    Quand MEMBERSHIP fait « follow_up »
      | issue | PROVEN |
    Alors le dossier a fini à « identity_is_confirmed »
