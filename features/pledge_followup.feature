Feature: A promise of gifts is kept, put off or let go, and never dunned
  A pledge is no debt. Each instalment is announced, collected and booked as a gift of its own; one receipt a year states
  them all. Whoever is late is asked as a friend; whoever dies is never asked again.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" has an address and a mailbox

  Rule: Instalments

    Scenario: Three instalments by direct debit keep the promise
      Given "Ambre Delaunay" promises 150 in instalments of 50 MONTHLY by SEPA from 7 January 2027
      Then the applicant received the mail "pledge_agreed"
      And the donor has the paper "Convention de promesse de don"
      When the bank pays 3 instalments
      Then 3 gifts of 50 are booked as INSTALMENT of 2027
      And no receipt is issued
      And the pledge has ended at "pledge_fulfilled" as FULFILLED

    Scenario: Less arrives than was promised, then more: what arrived is given, of what is too much the donor is asked
      Given "Ambre Delaunay" promises 150 in instalments of 50 MONTHLY by TRANSFER from 7 January 2027
      When the bank books a transfer of 45 for the instalment
      And the bank books a transfer of 80 for the instalment
      Then the gifts of the pledge are 45, 50
      And the donor is asked what becomes of 30
      When 28 days pass
      And the bank is yet to book the next instalment
      And the donor gives what was too much
      Then the gifts of the pledge are 45, 50, 30

    Scenario: A paused gift skips its turn and goes on
      Given "Ambre Delaunay" promises 100 in instalments of 50 MONTHLY by TRANSFER from 7 January 2027
      And the donor pauses
      When 70 days pass
      Then the instalments are SKIPPED, SKIPPED
      And the pledge has ended at "pledge_fulfilled" as FULFILLED

    Scenario: Another account is signed after a debit was announced: it is debited there, announced again
      Given "Ambre Delaunay" gives 30 MONTHLY by SEPA from 7 January 2027
      When 40 days pass
      Then the mail "pledge_notice" says "FR76 •••• 0189", "FR19ZZZ654321" and "30,00"
      When the donor signs for the account "DE89 3704 0044 0532 0130 00"
      Then 30 is planned from the account "DE89370400440532013000" on 18 January 2027, and from no other
      And the applicant received the mail "sepa_moved"
      And the mail "sepa_moved" says "18 janvier 2027", "DE89 •••• 3000" and "30,00"

    Scenario: The mandate ended, and nobody is told of a debit that will not come
      Given "Ambre Delaunay" gives 30 MONTHLY by SEPA from 7 January 2027
      And the mandate of the donor has ended
      When 40 days pass
      Then no debit is planned
      And the mail "pledge_notice" says "n’est plus valable", "FR14 2004 1010" and "30,00"

    Scenario: The donor stops, and what was planned is taken back
      Given "Ambre Delaunay" gives 30 MONTHLY by SEPA from 7 January 2027
      When 40 days pass
      And the donor stops
      Then the applicant received the mail "pledge_stopped"
      And no debit is planned
      And the pledge has ended at "pledge_is_stopped" as STOPPED

    Scenario: The donor dies between two instalments
      Given "Ambre Delaunay" promises 150 in instalments of 50 MONTHLY by SEPA from 7 January 2027
      When the bank pays 1 instalments
      And the death of "Ambre Delaunay" is announced
      Then no debit is planned
      When FOUNDATION_GIFTS tells the estate
      And 90 days pass
      Then 1 gifts of 50 are booked as INSTALMENT of 2027
      And the pledge has ended at "estate_is_told" as STOPPED

  Rule: Lateness

    Scenario: A friendly mail, another date, a call, and another day
      Given "Ambre Delaunay" promises 100 in instalments of 100 YEARLY by TRANSFER from 7 January 2027
      When 49 days pass
      Then the applicant received the mail "pledge_friendly"
      When 14 days pass
      Then the applicant received the mail "pledge_new_date"
      When 30 days pass
      Then FOUNDATION_GIFTS speaks to the donor: RESCHEDULE
      When 200 days pass
      Then FOUNDATION_GIFTS speaks to the donor: RELEASE
      And the applicant received the mail "pledge_released"
      And the pledge has ended at "pledge_released" as RELEASED

    Scenario: A death that the bank reports stops all
      Given "Ambre Delaunay" gives 30 MONTHLY by SEPA from 7 January 2027
      When the bank rejects an instalment for MD07
      Then no mail may leave for the donor until DATA has looked
      And the pledge has ended at "pledge_stopped_by_bank" as STOPPED
      And no debit is planned

  Rule: One receipt a year, also when a month goes back

    @by_calendar
    Scenario: P5.12.2, twelve times 50, and December goes back after the yearly receipt
      Given "Ambre Delaunay" promises 600 in instalments of 50 MONTHLY by SEPA from 7 January 2027
      When the bank pays 12 instalments
      And the year 2027 is closed on 20 February 2028
      Then the receipt "RF-FOND-2028-000001" states 600
      And the tax office is told of 600 in 1 receipt for 2027
      And FOUNDATION_GIFTS cannot correct the amount of "RF-FOND-2028-000001", which states 12 gifts
      And FOUNDATION_GIFTS cannot correct line 13 of "RF-FOND-2028-000001"
      When the bank takes the last instalment back for MD06
      Then the receipt "RF-FOND-2028-000001" is replaced by "RF-FOND-2028-000002" of 550
      And the tax office is told of 550 in 1 receipt for 2027
      And the applicant received the mail "receipt_replaced"
      When FOUNDATION_GIFTS asks to correct line 3 of "RF-FOND-2028-000002" for WRONG_AMOUNT
      And FOUNDATION_TREASURER decides on the correction: AGREE
      Then the receipt "RF-FOND-2028-000002" is replaced by "RF-FOND-2028-000003" of 520
      And the donor is asked what becomes of 30
      When FOUNDATION_GIFTS asks to correct line 1 of "RF-FOND-2028-000003" for WRONG_DATE
      And FOUNDATION_TREASURER decides on the correction: AGREE
      Then the receipt "RF-FOND-2028-000003" is replaced by "RF-FOND-2028-000004" of 470
      And the tax office is told of 470 in 1 receipt for 2027
      And the receipt "RF-FOND-2028-000005" states 50
      And the tax office is told of 50 in 1 receipt for 2025
      When FOUNDATION_GIFTS asks to correct line 2 of "RF-FOND-2028-000004" for NOT_A_GIFT
      And FOUNDATION_TREASURER decides on the correction: AGREE
      Then the receipt "RF-FOND-2028-000004" is replaced by "RF-FOND-2028-000006" of 450
      And the register of receipts has no gap
