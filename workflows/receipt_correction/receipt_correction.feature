# language: fr
# en: Correction of a receipt
Fonctionnalité: Correction d’un reçu

  # en: The amount was wrong
  Scénario: Le montant était faux
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
    Et 20 jours passent
    Alors le courriel « gift_receipt » est parti
    Quand FOUNDATION_GIFTS envoie le formulaire de « receipt_correction »
      | serial     | RF-FOND-2026-000001 |
      | reason     | AMOUNT |
      | new_amount | 300 |
    Et FOUNDATION_TREASURER fait « agree_correction »
      | decision | AGREE |
    Alors le dossier a fini à « receipt_was_replaced »
