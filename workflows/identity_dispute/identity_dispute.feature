# language: fr
# en: An identity in doubt
Fonctionnalité: Une identité mise en doute

  # en: She proves who she is
  Scénario: Elle prouve qui elle est
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Base de données envoie le formulaire de « Doute sur une identité »
      | Numéro de membre                     | M0000421                  |
      | Ce que vous savez, pour qui décidera | Deux diplômes au même nom |
    Alors le courriel « Vos services sont suspendus : un doute sur votre identité » est parti
    Quand la personne fait « Montrer qui je suis »
      | Votre réponse | Voici ma pièce d’identité. |
    Et Délégation générale fait « Décider de l’identité »
      | Après examen | C’est bien la personne : rouvrir les services |
    Alors le courriel « Votre identité est confirmée » est parti
    Et le dossier a fini à « Identité confirmée »

  # en: What she says is not enough at first
  Scénario: Ce qu’elle dit ne suffit pas d’abord
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Base de données envoie le formulaire de « Doute sur une identité »
      | Numéro de membre                     | M0000421                  |
      | Ce que vous savez, pour qui décidera | Deux diplômes au même nom |
    Et la personne fait « Montrer qui je suis »
      | Votre réponse | Je n’ai rien. |
    Et Délégation générale fait « Décider de l’identité »
      | Après examen | Ce n’est pas prouvé : les services restent fermés |
    Alors le courriel « Votre identité n’est pas établie » est parti
    Quand Adhésions fait « Suivre jusqu’à l’issue »
      | L’issue | La personne a prouvé qui elle est |
    Alors le dossier a fini à « Identité confirmée »
