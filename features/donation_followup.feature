Feature: A gift to the Foundation is dated, thanked for, and has its receipt
  The basket holds dues of the Association and a gift to the Foundation. The Association only collects: the gift has its
  own register, its own receipt, and dues never have one.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013

  Rule: A gift in the basket is followed up once

    Scenario: A gift with the dues has a letter, a mail and a receipt of its own amount
      Given "Ambre Delaunay" stands before the basket
      When the applicant fills the basket: CARD, 1 year, gift 200
      And the applicant pays 360 by card
      Then the gift of 200 is booked as GIFT_IND of 2026
      And no receipt is issued
      When 3 days pass
      Then the receipt "RF-FOND-2026-000001" states 200
      And the register of receipts has no gap
      And the applicant received the mail "gift_thanks"
      And the mail "gift_thanks" says "200,00", "132,00" and "66"
      And the applicant received the mail "gift_receipt"
      And the donor has the paper "Merci de votre générosité"
      When 61 days pass
      Then the applicant received the mail "gift_news"

    Scenario: A year after the first gift the donor is greeted, once
      Given FOUNDATION_GIFTS enters a gift of 100 by TRANSFER of "Ambre Delaunay"
      When 305 days pass
      Then no mail "gift_anniversary" was written
      Given FOUNDATION_GIFTS enters a gift of 50 by TRANSFER of "Ambre Delaunay"
      When 61 days pass
      Then the applicant received the mail "gift_anniversary"
      And the gift has ended at "gift_followed_up"
      When 310 days pass
      Then the mail "gift_anniversary" was written once

    Scenario: Who says no to the Foundation's mails after the news is not greeted
      Given FOUNDATION_GIFTS enters a gift of 100 by TRANSFER of "Ambre Delaunay"
      When 61 days pass
      Then the applicant received the mail "gift_news"
      When "Ambre Delaunay" wants no mails of the Foundation
      And 310 days pass
      Then the gift has ended at "gift_followed_up"
      And no mail "gift_anniversary" was written

    Scenario: The same gift told twice is one gift
      Given "Ambre Delaunay" stands before the basket
      When the applicant fills the basket: CARD, 1 year, gift 50
      And the applicant pays 210 by card
      And the foundation is told of the same gift again
      Then the gift of 50 is booked as GIFT_IND of 2026
      When 375 days pass
      Then the receipt "RF-FOND-2026-000001" states 50
      Then the gift has ended at "already_noted"
      And the gift of 50 is booked as GIFT_IND of 2026

  Rule: The date of a gift is the date of its money

    Scenario: A transfer that is credited in the new year counts for the new year
      Given "Ambre Delaunay" stands before the basket
      When the applicant fills the basket: TRANSFER, 1 year, gift 200
      And the bank announces a transfer of 360 with value date 2 January 2027
      Then the gift of 200 is booked as GIFT_IND of 2027

  Rule: What no table knows is decided by the Foundation's staff

    Scenario: A gift from somebody whose address is not complete waits for it
      Given "Ambre Delaunay" stands before the basket
      When the applicant fills the basket without an address: CARD, gift 200
      And the applicant pays 360 by card
      Then FOUNDATION_GIFTS has "ask_for_address" to do about the gift
      And no receipt is issued
      When FOUNDATION_GIFTS gives the address "3 place du Marché", "69001", "Lyon"
      And 3 days pass
      Then the receipt "RF-FOND-2026-000001" states 200

    Scenario: What is no ordinary gift is classed by hand, and a sale has no receipt
      Given FOUNDATION_GIFTS enters a gift of 300 by TRANSFER of a STATE
      Then FOUNDATION_GIFTS has "class_by_hand" to do about the gift
      When FOUNDATION_TREASURER classes the gift as SALE
      Then the gift has ended at "no_gift"
      And no receipt is issued

    Scenario: A gift without a day is dated by hand
      Given FOUNDATION_GIFTS enters a gift of 300 by IN_KIND of "Ambre Delaunay"
      Then FOUNDATION_GIFTS has "set_gift_date" to do about the gift
      When FOUNDATION_GIFTS dates the gift 2 November 2026
      Then the gift of 300 is booked as GIFT_IND of 2026

    Scenario: P5.12.3, a gala table with a logo is sponsorship, whoever would like a receipt
      Given FOUNDATION_GIFTS enters a gala table of 10000 worth 4000 for a company, with its logo, hosted by "Ambre Delaunay"
      Then FOUNDATION_GIFTS has "class_by_hand" to do about the gift
      And whoever hosts the table cannot class it
      And nobody can make SPLIT of it
      When FOUNDATION_TREASURER classes the gift as SALE
      Then the gift has ended at "no_gift"
      And no receipt is issued

    Scenario: A gala table without a logo is split: only what exceeds its value is given
      Given FOUNDATION_GIFTS enters a gala table of 10000 worth 4000 for a company, without logo, hosted by "Ambre Delaunay"
      When FOUNDATION_TREASURER classes the gift as SPLIT
      Then the gift of 6000 is booked as GIFT_CORP of 2026
      And the receipt "RF-FOND-2026-000001" states 6000

  Rule: A gift with conditions, or of doubtful money, is looked at by somebody else

    Scenario: The board refuses the conditions, and the money goes back
      Given FOUNDATION_GIFTS enters a gift of 500 by TRANSFER of "Ambre Delaunay" with conditions
      Then FOUNDATION_TREASURER has "examine_gift" to do about the gift
      And whoever entered the gift cannot examine it
      When FOUNDATION_TREASURER examines the gift: REFUSE
      And FOUNDATION_GIFTS gives the money back
      Then the gift has ended at "gift_refused"
      And no receipt is issued

    Scenario: Fifty thousand euros are looked at first, then taken, and the president calls
      Given FOUNDATION_GIFTS enters a gift of 50000 by TRANSFER of "Ambre Delaunay"
      When FOUNDATION_TREASURER examines the gift: ACCEPT
      Then the gift of 50000 is booked as GIFT_IND of 2026
      And PRESIDENT has "call_donor" to do about the gift
      When PRESIDENT calls the donor
      And MAJOR_GIFTS prepares the agreement
      Then the donor has the paper "Votre don, un tournant"

    Scenario: Money that is not there is no gift
      When the foundation is told of a gift without money
      Then the gift has ended at "already_noted"

  Rule: Thanks by amount, and by whom

    Scenario Outline: Who gives thanks, and with which letter
      Given FOUNDATION_GIFTS enters a gift of <amount> by TRANSFER of "Ambre Delaunay"
      And <role> has "call_donor" to do about the gift
      When <role> calls the donor
      Then the donor has the paper "<letter>"
      And the applicant received the mail "gift_thanks"

      Examples:
        | amount | role             | letter                           |
        | 1000   | FOUNDATION_GIFTS | Merci de votre engagement        |
        | 5000   | MAJOR_GIFTS      | Les remerciements de la présidence |

    Scenario: A class delegate writes a note to who gives for the first time, and sees no amount
      Given FOUNDATION_GIFTS enters a gift of 50 by TRANSFER of "Ambre Delaunay"
      Then PROMO_DELEGATE has "write_note" to do about the gift
      When PROMO_DELEGATE writes "Bravo Ambre, et merci de la promotion"
      Then the mail "gift_thanks" says "Bravo Ambre", "50,00" and "33,00"

    Scenario: Nobody writes a note in two days, and the thanks leave without
      Given FOUNDATION_GIFTS enters a gift of 50 by TRANSFER of "Ambre Delaunay"
      When 49 hours pass
      Then the applicant received the mail "gift_thanks"

    Scenario: A company of the Foundation has its own form, and its receipt is posted where it asks for paper
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay" on paper
      Then FOUNDATION_GIFTS has "post_receipt" to do about the gift
      When FOUNDATION_GIFTS posts the receipt
      Then the receipt "RF-FOND-2026-000001" states 200

  Rule: A large debit is receipted once the bank can take it back no more

    Scenario: A gift of 2000 by direct debit waits eight weeks for its receipt
      Given "Ambre Delaunay" stands before the basket
      And the applicant paid 2160 by direct debit, 2000 of it a gift
      When FOUNDATION_GIFTS calls the donor
      And 40 days pass
      Then no receipt is issued
      When 32 days pass
      Then the receipt "RF-FOND-2027-000001" states 2000

  Rule: What happens meanwhile is heard

    Scenario: The donor dies before the news, and the estate is given the receipt
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay"
      When the death of "Ambre Delaunay" is announced
      Then FOUNDATION_GIFTS has "settle_with_heirs" to do about the gift
      When FOUNDATION_GIFTS settles with the estate: YES
      And 61 days pass
      Then the gift has ended at "estate_settled"
      And the receipt "RF-FOND-2026-000001" states 200
      And no mail "gift_news" was written

    Scenario: The donor says no to the Foundation's mails, and gets no news
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay"
      When "Ambre Delaunay" wants no mails of the Foundation
      And 61 days pass
      Then the gift has ended at "gift_followed_up"
      And no mail "gift_news" was written

    Scenario: An erasure is answered in part: the evidence of the receipt stays
      Given FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Ambre Delaunay"
      When the Foundation hears that the erasure of "Ambre Delaunay" is approved
      Then the answer to the erasure is PARTIAL
      And the receipt "RF-FOND-2026-000001" states 200
