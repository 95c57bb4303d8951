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
    Quand Base de données envoie le formulaire de « Doute sur une identité »
      | member_no | M0000421 |
      | words     | Deux diplômes au même nom |
    Alors le courriel « Vos services sont suspendus : un doute sur votre identité » est parti
    Quand la personne fait « Montrer qui je suis »
      | answer | Voici ma pièce d’identité. |
    Et Délégation générale fait « Décider de l’identité »
      | identity | PROVEN |
    Alors le courriel « Votre identité est confirmée » est parti
    Et le dossier a fini à « Identité confirmée »

  # en: What she says is not enough at first
  Scénario: Ce qu’elle dit ne suffit pas d’abord
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand Base de données envoie le formulaire de « Doute sur une identité »
      | member_no | M0000421 |
      | words     | Deux diplômes au même nom |
    Et la personne fait « Montrer qui je suis »
      | answer | Je n’ai rien. |
    Et Délégation générale fait « Décider de l’identité »
      | identity | NOT_PROVEN |
    Alors le courriel « Votre identité n’est pas établie » est parti
    Quand Adhésions fait « Suivre jusqu’à l’issue »
      | issue | PROVEN |
    Alors le dossier a fini à « Identité confirmée »
