Feature: A tax receipt is cancelled and replaced, never changed
  What a receipt states must be right. Money that goes back, a wrong date or a lost paper each have their answer; the series
  of numbers has no gap, and what was wrong stays readable.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013

  Rule: One payment, two beneficiaries, and the bank takes all of it back

    Scenario: P1.12.2, seven weeks later the bank refunds 260: dues, gift, receipt and totals follow
      Given "Ambre Delaunay" stands before the basket
      And the applicant paid 260 by direct debit, 100 of it a gift
      Then the gift of 100 is booked as GIFT_IND of 2026
      And the receipt "RF-FOND-2026-000001" states 100
      And the tax office is told of 100 in 1 receipt for 2026
      When 49 days pass
      And the bank returns the debit for MD06
      Then the membership has the entitlement PENDING_PAY
      And the gift is reversed
      And the receipt "RF-FOND-2026-000001" is cancelled by "RF-FOND-2027-000001"
      And the tax office is told of 0 in 0 receipts for 2026
      And the donor's total of 2026 is 0
      And the register of receipts has no gap
      And the applicant received the mail "receipt_canceled"
      And the gift has ended at "gift_taken_back"
      When 90 days pass
      Then no mail "gift_news" was written

    Scenario: X2, the bank file is read again after a restart, and nothing happens twice
      Given "Ambre Delaunay" stands before the basket
      And the applicant paid 260 by direct debit, 100 of it a gift
      When the machine is started again and the bank file is read twice more
      Then the gift of 100 is booked as GIFT_IND of 2026
      And the receipt "RF-FOND-2026-000001" states 100
      And there is one entry in the series
      And exactly one payment is recorded
      And the applicant is a member with entitlement NEW, from 7 December 2026 to 6 December 2027

    Scenario: The money comes after all, as another gift of its own day
      Given "Ambre Delaunay" stands before the basket
      And the applicant paid 260 by direct debit, 100 of it a gift
      When 49 days pass
      And the bank returns the debit for MD06
      And MEMBERSHIP agrees TRANSFER in "call_member"
      And the statement of 15 February 2027 tells of 260 with "cotisation" and the order
      Then the receipt "RF-FOND-2027-000002" states 100
      And the tax office is told of 100 in 1 receipt for 2027
      And the register of receipts has no gap

    Scenario: A gift that goes back before its receipt needs no new entry
      Given "Ambre Delaunay" stands before the basket
      And the applicant paid 2160 by direct debit, 2000 of it a gift
      When 49 days pass
      And the bank returns the debit for MD06
      Then the gift is reversed
      And no receipt is issued

    Scenario: Money that was no gift of ours goes back
      When the foundation is told that an unknown gift went back
      Then the correction has ended at "nothing_to_reverse"

  Rule: A second person agrees

    Scenario: A wrong date moves the gift to its year
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay"
      When FOUNDATION_GIFTS asks to correct "RF-FOND-2026-000001" for WRONG_DATE
      Then whoever asked for it cannot agree
      When FOUNDATION_TREASURER decides on the correction: AGREE
      Then the receipt "RF-FOND-2026-000001" is replaced by "RF-FOND-2026-000002" of 200
      And the tax office is told of 200 in 1 receipt for 2025
      And the tax office is told of 0 in 0 receipts for 2026
      And the applicant received the mail "receipt_replaced"
      And the receipt "RF-FOND-2026-000001" cannot be changed

    Scenario: A wrong amount is replaced by what was given, and the tax office is told of that
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay"
      When FOUNDATION_GIFTS asks to correct "RF-FOND-2026-000001" for WRONG_AMOUNT
      And FOUNDATION_TREASURER decides on the correction: AGREE
      Then the receipt "RF-FOND-2026-000001" is replaced by "RF-FOND-2026-000002" of 20
      And the tax office is told of 20 in 1 receipt for 2026
      And the donor's total of 2026 is 20
      And the applicant received the mail "receipt_replaced"
      And the register of receipts has no gap
      And the receipt "RF-FOND-2026-000001" cannot be changed

    Scenario: Less was given than was paid, and whoever paid is asked what becomes of the rest
      Given "Ambre Delaunay" stands before the basket
      And the applicant paid 260 by direct debit, 100 of it a gift
      When FOUNDATION_GIFTS asks to correct "RF-FOND-2026-000001" for WRONG_AMOUNT
      And FOUNDATION_TREASURER decides on the correction: AGREE
      Then the receipt "RF-FOND-2026-000001" is replaced by "RF-FOND-2026-000002" of 20
      And the applicant received the mail "surplus_found"

    Scenario: The second reader refuses
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay"
      When FOUNDATION_GIFTS asks to correct "RF-FOND-2026-000001" for WRONG_AMOUNT
      And FOUNDATION_TREASURER decides on the correction: REFUSE
      Then the receipt "RF-FOND-2026-000001" states 200
      And there is one entry in the series

    Scenario: What was no gift after all is cancelled, and the basket is told
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay"
      When FOUNDATION_GIFTS asks to correct "RF-FOND-2026-000001" for NOT_A_GIFT
      And FOUNDATION_TREASURER decides on the correction: AGREE
      Then the receipt "RF-FOND-2026-000001" is cancelled by "RF-FOND-2026-000002"
      And the correction has ended at "receipt_was_replaced"

    Scenario: A lost receipt is given again under its number
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay"
      When FOUNDATION_GIFTS asks to correct "RF-FOND-2026-000001" for LOST
      Then there is one entry in the series
      And the donor has 1 duplicate of "RF-FOND-2026-000001"
      And the applicant received the mail "receipt_duplicate"
      When FOUNDATION_GIFTS asks to correct "RF-FOND-2026-000001" for LOST
      Then the donor has 2 duplicates of "RF-FOND-2026-000001"
