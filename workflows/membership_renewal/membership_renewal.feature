# language: fr
# en: Renewal
Fonctionnalité: Renouvellement

  # en: She renews by card
  Scénario: Elle renouvelle par carte
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand le processus « membership_renewal » commence
      | person_id | Ambre Delaunay |
    Et 10 jours passent
    Alors le courriel « renew_30 » est parti
    Quand la personne fait « fill_basket »
      | payer          | ME |
      | duration_years | 1 |
      | pay_means      | CARD |
    Et 160 € sont payés par carte
    Alors le courriel « renewal_confirmed » est parti
    Et le dossier est passé par « membership_renewed »

  # en: She does not answer
  Scénario: Elle ne répond pas
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand le processus « membership_renewal » commence
      | person_id | Ambre Delaunay |
    Et 200 jours passent
    Alors le courriel « renew_30 » est parti
    Et le dossier est passé par « lapse_is_known »
