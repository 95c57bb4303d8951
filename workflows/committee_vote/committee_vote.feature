# language: fr
# en: Vote of the committee
Fonctionnalité: Vote du comité

  # en: A vote is read over by a colleague
  Scénario: Un vote est relu par un collègue
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand PRESIDENT envoie le formulaire de « honorary_membership »
      | member_no | M0000421 |
    Et COMMITTEE fait « record_vote »
      | held_on   | 2026-11-23 |
      | in_favour | 7 |
      | against   | 1 |
      | abstained | 1 |
    Alors COMMITTEE a « confirm_vote » à faire
    Quand COMMITTEE fait « confirm_vote »
      | is_right | YES |
    Alors le dossier a fini à « vote_is_final »
