# language: fr
# en: Following up a gift
Fonctionnalité: Suivi d’un don

  # en: A cheque, a receipt
  Scénario: Un chèque, un reçu
    Étant donné que le registre connaît « Ambre Delaunay »
      | birth_date     | 1990-03-04 |
      | programme      | PGE |
      | promotion_year | 2013 |
      | member_until   | 2026-12-31 |
      | member_no      | M0000421 |
      | email          | ambre@example.org |
    Quand FOUNDATION_GIFTS envoie le formulaire de « donation_followup »
      | kind   | GIFT |
      | person | ambre@example.org |
      | amount | 500 |
      | means  | CHEQUE |
    Et FOUNDATION_GIFTS fait « set_gift_date »
      | set_given_on | 2026-11-23 |
    Et FOUNDATION_GIFTS fait « ask_for_address »
      | address_lines | 84 rue des Donateurs |
      | postcode      | 69002 |
      | city          | Lyon |
      | country       | FR |
    Alors le courriel « gift_thanks » est parti
    Quand 20 jours passent
    Alors le courriel « gift_receipt » est parti
