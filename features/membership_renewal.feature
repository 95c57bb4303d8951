Feature: A membership is renewed, or lapses gently
  Two months before a membership ends its member is told; reminders follow, fewer and fewer, and each is checked again
  just before it leaves. What is paid moves the dates once, by the day the bank says. Who does not pay keeps the services
  for thirty days of grace, then loses them, but not the legal membership.

  Background:
    Given it is 2 July 2027 at 12:00
    And "Ambre Delaunay" of the class PGE 2013 is a member until 31 August 2027

  Rule: Notices leave at their days, each once

    Scenario: From the first notice to the letter, and the end of the cycle
      When the renewals are started
      And the day 2 July 2027 is over
      Then the renewals that are due are started, 1 of them
      And the member was sent "renew_60"
      When the day 31 August 2027 is over
      Then the member was sent "renew_60, renew_30, renew_7"
      And the member's entitlement is CURRENT
      When the day 1 September 2027 is over
      Then the member was sent "renew_60, renew_30, renew_7, grace_0"
      And the member's entitlement is GRACE
      When the day 1 October 2027 is over
      Then the member was sent "renew_60, renew_30, renew_7, grace_0, lapsed"
      And the member's entitlement is LAPSED
      And the processes are told of the entitlement LAPSED

    Scenario: Starting twice starts once
      When the renewals are started
      And the day 2 July 2027 is over
      And the renewals are started
      And the renewals are started
      Then there is one renewal, and it is RUNNING

  Rule: What is paid moves the dates once

    Scenario: By card, on time
      When the day 5 July 2027 is over
      And the renewals are started
      And the member orders: CARD, 1 year, gift 0
      And the member pays 160 by card
      Then the member's entitlement is CURRENT until 31 August 2028
      And the renewal is RENEWED by CARD
      And the case of membership_renewal is found by the number in its title
      And the member was sent "renew_60, renewal_confirmed"
      When the day 2 October 2027 is over
      Then the member was sent "renew_60, renewal_confirmed"
      And the member's entitlement is CURRENT until 31 August 2028

    Scenario: P1.12.1, on the last day of grace, told of the day after: the bank's day decides
      When the renewals are started
      And the day 20 September 2027 is over
      And the member orders: TRANSFER, 1 year, gift 0
      And the day 30 September 2027 is over
      And it becomes 1 October 2027 at 6:00
      Then the member's entitlement is LAPSED
      When the bank tells of 160 of 30 September 2027
      Then the member's entitlement is CURRENT until 31 August 2028
      When the bank tells of the same again
      And the day 5 October 2027 is over
      Then the member's entitlement is CURRENT until 31 August 2028
      And the member was never sent "lapsed"
      And there is one payment and one period, from 1 September 2027 to 31 August 2028

    Scenario: Long after the end, a new year begins on the day of the payment
      When the day 1 December 2027 is over
      And the member orders: CARD, 2 years, gift 0
      And the member pays 320 by card
      Then the member's entitlement is CURRENT until 30 November 2029

    Scenario: With a gift, one basket and two ledgers
      When the renewals are started
      And the member orders: CARD, 1 year, gift 100
      And the member pays 260 by card
      Then the foundation is told of the renewal's gift of 100, by its line
      And the invoice is of 160
      And the member's entitlement is CURRENT until 31 August 2028

    Scenario: For life
      When the renewals are started
      And the member orders: CARD, LIFE years, gift 0
      And the member pays 2400 by card
      Then the member's entitlement is CURRENT until 31 December 9999
      And the member's latest period begins on 1 September 2027
      When the renewals are started
      Then there is one renewal, and it is RENEWED

    Scenario: For life in four instalments, each of them a year, the last one for good
      When on 5 July 2027 the member pays an instalment of 600
      Then the member's entitlement is CURRENT until 31 August 2028
      And 1 of 4 instalments for life are paid, and 1800 is left
      And the latest invoice says "Cotisation à vie de 2 400,00 €, échéance 1 sur 4"
      When the assembly decides 200 for STD from 1 January 2028, for running cases too
      And on 5 July 2028 the member pays an instalment of 600
      Then the member's entitlement is CURRENT until 31 August 2029
      And 2 of 4 instalments for life are paid, and 1200 is left
      When on 5 July 2029 the member pays an instalment of 600
      And on 25 September 2030 the member pays an instalment of 600
      Then the member's entitlement is CURRENT until 31 December 9999
      And no instalment for life is left to pay
      And the latest invoice says "Cotisation à vie de 2 400,00 €, échéance 4 sur 4"
      And no day was paid twice, and none is missing

    Scenario: Whoever pays for life in instalments may pay the rest at once
      When on 5 July 2027 the member pays an instalment of 600
      And on 5 July 2028 the member pays the rest of 1800 at once
      Then the member's entitlement is CURRENT until 31 December 9999
      And no instalment for life is left to pay
      And the latest invoice says "Cotisation à vie de 2 400,00 €, solde"

    Scenario: An instalment that does not come is a year that is not paid, and the plan waits
      When on 5 July 2027 the member pays an instalment of 600
      And the day 2 October 2028 is over
      Then the member's entitlement is LAPSED
      When on 1 July 2029 the member pays an instalment of 600
      Then the member's entitlement is CURRENT until 30 June 2030
      And 2 of 4 instalments for life are paid, and 1200 is left

    Scenario: The bank takes an instalment back seven weeks later, and it is to be paid again
      When on 5 July 2027 the member pays an instalment of 600
      And on 5 July 2028 the member orders an instalment of 600 by a debit
      And FINANCE collects up to 30 September 2028, and the bank pays on 31 August 2028
      Then the member's entitlement is CURRENT until 31 August 2029
      When on 19 October 2028 the bank takes the latest debit back for MD06
      Then the member's entitlement is LAPSED until 31 August 2028
      And 1 of 4 instalments for life are paid, and 1800 is left

    Scenario: The bank takes an earlier instalment back after the last one: for life only once all is paid
      When on 5 July 2027 the member pays an instalment of 600
      And on 5 July 2028 the member pays an instalment of 600
      And on 5 July 2029 the member orders an instalment of 600 by a debit
      And FINANCE collects up to 30 September 2029, and the bank pays on 31 August 2029
      And on 5 July 2030 the member pays an instalment of 600
      Then the member's entitlement is CURRENT until 31 December 9999
      When on 19 July 2030 the bank takes the latest debit back for MD01
      Then the member's entitlement is CURRENT until 31 August 2031
      And 3 of 4 instalments for life are paid, and 600 is left
      When on 4 July 2031 the member pays an instalment of 600
      Then the member's entitlement is CURRENT until 31 December 9999
      And no instalment for life is left to pay

    Scenario: Two euros less are the right amount, ten are not
      When the renewals are started
      And the member orders: CARD, 1 year, gift 0
      And the member pays 150 by card
      Then the member was sent "balance_due" at last
      When the member pays 8 by card
      Then the member's entitlement is CURRENT until 31 August 2028

    Scenario: What is paid after a suspension is dated by a person
      When the renewals are started
      And the member orders: CARD, 1 year, gift 0
      And the membership is suspended
      And the member pays 160 by card
      Then MEMBERSHIP is asked to "set_period"
      When MEMBERSHIP sets the period from 1 September 2027 to 31 August 2028
      Then the member's entitlement is SUSPENDED until 31 August 2028

  Rule: One of a couple pays half, and an employer may pay in the member's place

    Scenario: The second half of a couple pays half of the own rate, and only one of the two does
      When the renewals are started
      And "Basile Roy" of the class PGE 2013 is a member until 31 August 2028 too
      And the member renews beside the member of number 1002
      And the member orders: CARD, 1 year, gift 0
      And the member pays 80 by card
      Then the renewal is RENEWED by CARD
      And the invoice is of 80
      And nobody can renew beside the member of number 1001

    Scenario: An employer gets the invoice before it pays, and the membership waits for the money
      When the renewals are started
      And the member's employer is to pay
      Then the invoice of 160 is made out to "Ateliers Vernet"
      And the member was sent "employer_invoice" at last
      When the day 20 August 2027 is over
      And the bank tells of 160 of 20 August 2027
      Then the member's entitlement is CURRENT until 31 August 2028
      And the invoice is of 160

    Scenario: An employer who does not pay is credited, and the member is asked again
      When the renewals are started
      And the member's employer is to pay
      And the day 1 September 2027 is over
      Then the order is CANCELED
      And the invoice is credited
      When the member orders: CARD, 1 year, gift 0
      And the member pays 160 by card
      Then the member's entitlement is CURRENT until 31 August 2028

  Rule: Each means of payment is waited for as long as it takes

    Scenario: A transfer that does not come
      When the renewals are started
      And the member orders: TRANSFER, 1 year, gift 0
      Then the member was sent "transfer_details" at last
      When the day 10 July 2027 is over
      Then the member was sent "payment_reminder" at last
      When the day 20 July 2027 is over
      Then the member was sent "renewal_order_expired" at last
      And the order is CANCELED
      When the member orders: CHEQUE, 1 year, gift 0
      And FINANCE records the cheque of 160 of 22 July 2027
      Then the member's entitlement is CURRENT until 31 August 2028

    Scenario: A card that is not used
      When the renewals are started
      And the member orders: CARD, 1 year, gift 0
      And 31 minutes pass
      Then the order is CANCELED

    Scenario: A cheque that does not come, then money that came another way
      When the renewals are started
      And the member orders: CHEQUE, 1 year, gift 0
      And the day 23 July 2027 is over
      Then the order is CANCELED
      When the member orders: CHEQUE, 1 year, gift 0
      And the bank tells of 160 of 25 July 2027
      Then the member's entitlement is CURRENT until 31 August 2028

    Scenario: A debit of the basket that never comes
      Given the member signed a mandate for one debit
      When the renewals are started
      And the member orders: SEPA, 1 year, gift 0
      Then the member was sent "sepa_prenotification" at last
      When the day 20 September 2027 is over
      Then the order is CANCELED

    Scenario: A debit that is signed for at the provider that collects
      Given direct debits are signed on a provider's page
      When the renewals are started
      And the member orders: SEPA, 1 year, gift 0
      Then nobody announces a debit, and the page of the order leads to the provider
      When the member pays 160 by a debit of the provider
      Then the member's entitlement is CURRENT until 31 August 2028

    Scenario: Who named a debit for an employer of whom nothing is known pays by transfer
      Given direct debits are signed on a provider's page
      When the renewals are started
      And the member orders by SEPA what an unknown employer is to pay
      Then the member was sent "transfer_details" at last

    Scenario: A mandate that was signed here serves, also where others are signed at the provider
      Given the member signed a mandate for one debit
      And direct debits are signed on a provider's page
      When the renewals are started
      And the member orders: SEPA, 1 year, gift 0
      Then the member was sent "sepa_prenotification" at last

  Rule: Who asked for it is renewed by a debit that is announced

    Scenario: The debit is announced with amount, day, creditor and mandate, and nobody is reminded
      Given the member signed a mandate and renews by debit
      When the day 20 August 2027 is over
      Then the member was sent "prenotice_60, sepa_prenotification"
      And the announcement names 160, 31 August 2027, the creditor and the mandate
      And the mandate and the notice of 160 on 31 August 2027 are kept as papers
      When FINANCE collects up to 31 August 2027, and the bank pays on 31 August 2027
      And the day 15 October 2027 is over
      Then the member's entitlement is CURRENT until 31 August 2028
      And the renewal is RENEWED by SEPA
      And the member was sent "prenotice_60, sepa_prenotification, renewal_confirmed"

    Scenario: The next instalment for life is announced as what is debited
      When on 5 July 2027 the member pays an instalment of 600
      And the member signed a mandate and renews by debit
      And the day 20 August 2028 is over
      Then the debit that is announced is of 600
      And the campaign awaits 1 instalment for life, of 600, and counts 1 that was paid, of 600
      When FINANCE collects up to 31 August 2028, and the bank pays on 31 August 2028
      Then the member's entitlement is CURRENT until 31 August 2029
      And 2 of 4 instalments for life are paid, and 1200 is left

    Scenario: A mandate that was cancelled meanwhile
      Given the member signed a mandate and renews by debit
      When the day 10 August 2027 is over
      And the mandate is cancelled
      And the day 20 August 2027 is over
      Then the member was sent "prenotice_60, debit_impossible"
      When the member orders: CARD, 1 year, gift 0
      And the member pays 160 by card
      Then the member's entitlement is CURRENT until 31 August 2028

  Rule: What cannot be priced by the table is priced by a person

    Scenario: A graduate without a class
      Given the member's class is not known
      When the renewals are started
      Then MEMBERSHIP is asked to "set_dues"
      When MEMBERSHIP sets the dues to SEN
      And the member orders: CARD, 1 year, gift 0
      And the member pays 110 by card
      Then the member's entitlement is CURRENT until 31 August 2028

  Rule: What is brought along begins in the middle

    Scenario: A membership that ended before the opening day is reminded from its next step on
      When it becomes 22 September 2027 at 9:00
      And the renewals are started
      And the day 23 September 2027 is over
      Then the member was never sent "grace_0"
      And the member's entitlement is GRACE
      When the day 2 October 2027 is over
      Then the member was sent "lapsed"
      And the member's entitlement is LAPSED

    Scenario: A file of memberships begins each reminder at its own step
      Given the file of the old memberships has "Basile Roy" until 10 June 2027 and "Chloe Prat" until 6 July 2027
      When the renewals are started
      And the day 12 July 2027 is over
      Then "Basile Roy" was sent "lapsed"
      And "Chloe Prat" was sent "grace_0"

  Rule: The cycle ends

    Scenario: A year after the end nobody is asked any more, and the person is still a member
      When the day 1 September 2028 is over
      Then there is one renewal, and it is NOT_RENEWED
      And the member's entitlement is LAPSED until 31 August 2027
      And a letter "winback_2" is to be posted

    Scenario Outline: What ends the membership, or the person, ends the reminders
      When the renewals are started
      And the member orders: TRANSFER, 1 year, gift 0
      And all cases hear of <event>
      Then there is one renewal, and it is STOPPED
      And the order is CANCELED
      And the renewal has ended at "<end>"

      Examples:
        | event            | end                   |
        | member_deceased  | stopped_after_death   |
        | membership_ended | stopped_after_ending  |
        | erasure_approved | stopped_after_erasure |
        | membership_activated | renewed_elsewhere |

    Scenario: There is nothing to renew of a membership for life
      Given the membership is for life
      When a renewal is asked for all the same
      Then there is no renewal
      And the renewal has ended at "nothing_to_renew"

  Rule: Nobody is written to who may have died

    Scenario: P1.12.3, the bank reports a death between the last notice and the end
      Given the member signed a mandate for one debit
      And the bank has a debit of 50 of the member in hand
      When the renewals are started
      And the day 22 August 2027 is over
      And it becomes 24 August 2027 at 1:30
      And a batch of the night has queued the mail "renew_7" to the member
      And the bank rejects that debit for MD07
      And the day 25 August 2027 is over
      Then the mails "renew_7" to the member are kept back because of HELD
      And the rung "renew_7" was SKIPPED because of HELD
      When DATA finds the death CONFIRMED
      And the day 10 September 2027 is over
      Then the renewal is over, and so are the mandates
      And the member was never sent "grace_0"

  Rule: The price that was announced holds, and running cases keep their rules

    Scenario: The assembly raises the dues between the notice and the payment
      When the renewals are started
      And the assembly decides 180 for STD from 15 July 2027, for new cases
      And the day 20 July 2027 is over
      And the member orders: CARD, 1 year, gift 0
      And the member pays 160 by card
      Then the member's entitlement is CURRENT until 31 August 2028

    Scenario: A rise that applies to running cases is shown before it is paid
      When the renewals are started
      And the assembly decides 180 for STD from 15 July 2027, for running cases too
      And the day 20 July 2027 is over
      And the member orders: CARD, 1 year, gift 0
      Then the member is asked again, at 180
      When the member orders: CARD, 1 year, gift 0
      And the member pays 180 by card
      Then the member's entitlement is CURRENT until 31 August 2028

    Scenario: An order keeps its price
      When the renewals are started
      And the member orders: TRANSFER, 1 year, gift 0
      And the assembly decides 180 for STD from 10 July 2027, for running cases too
      And the day 12 July 2027 is over
      And the bank tells of 160 of 12 July 2027
      Then the member's entitlement is CURRENT until 31 August 2028

    Scenario: X4, a second version of the table, published on the way, is for those who start later
      When the renewals are started
      And the owner publishes a table in which the last notice leaves 3 days before the end
      And "Basile Roy" of the class PGE 2013 is a member until 5 September 2027 too
      And the day 8 July 2027 is over
      Then the ladder of "Ambre Delaunay" has the last notice 7 days before the end
      And the ladder of "Basile Roy" has the last notice 3 days before the end

  Rule: A year is a year, also over 29 February

    Scenario: X8, a membership that ends on 29 February
      When it becomes 1 February 2028 at 9:00
      And the membership ends on 29 February 2028
      When the renewals are started
      And the member orders: CARD, 1 year, gift 0
      And the member pays 160 by card
      Then the member's entitlement is CURRENT until 28 February 2029
      When the member signs a mandate on 29 February 2028, and nothing is ever collected
      Then the mandate stands until 28 February 2031, and no day longer
