# language: fr
# en: Renewal
Fonctionnalité: Renouvellement

  # en: She renews by card
  Scénario: Elle renouvelle par carte
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand le processus « Renouvellement d’adhésion » commence
      | personne | Ambre Delaunay |
    Et 10 jours passent
    Alors le courriel « Votre adhésion se termine dans un mois » est parti
    Quand la personne fait « Renouveler mon adhésion »
      | Qui paie la cotisation ? | Moi            |
      | Durée                    | 1 an           |
      | Moyen de paiement        | Carte bancaire |
    Et 160 € sont payés par carte
    Alors le courriel « Votre adhésion est renouvelée » est parti
    Et le dossier est passé par « Adhésion renouvelée »

  # en: She begins to pay for life
  Scénario: Elle commence à payer à vie
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand le processus « Renouvellement d’adhésion » commence
      | personne | Ambre Delaunay |
    Et 10 jours passent
    Alors le courriel « Votre adhésion se termine dans un mois » est parti
    Quand la personne fait « Renouveler mon adhésion »
      | Qui paie la cotisation ? | Moi            |
      | Durée                    | À vie, une échéance par an |
      | Moyen de paiement        | Carte bancaire |
    Et 600 € sont payés par carte
    Alors le courriel « Votre adhésion est renouvelée » est parti
    Et le dossier est passé par « Adhésion renouvelée »

  # en: She does not answer
  Scénario: Elle ne répond pas
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | Programme Grande École |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand le processus « Renouvellement d’adhésion » commence
      | personne | Ambre Delaunay |
    Et 200 jours passent
    Alors le courriel « Votre adhésion se termine dans un mois » est parti
    Et le dossier est passé par « Droits changés (après Adhésion échue) »
