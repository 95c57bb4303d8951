Feature: More money than was due is the member's to decide about
  Whoever pays too much, or twice, is told at once and chooses: refunded, a longer membership, or a gift. Nothing waits
  for the answer. Who does not answer in the time that the table gives leaves it to the accounts.

  Background:
    Given it is 2 July 2027 at 12:00
    And "Ambre Delaunay" of the class PGE 2013 is a member until 31 August 2027
    And the renewals are started
    And the member orders: CARD, 1 year, gift 0

  Rule: The member chooses, and the membership does not wait

    Scenario: Too much at once is refunded
      When the member pays 200 by card
      Then the member's entitlement is CURRENT until 31 August 2028
      And the member was sent "surplus_found" at last
      And the case of payment_surplus is found by the number in its title
      And the member reads of 40 too much, to choose about until 1 August 2027
      When the member wishes REFUND for the surplus
      Then FINANCE is to refund 40 within 5 working days
      And the member reads of 40 too much, given back when that task is due
      When FINANCE refunds 40 of the surplus
      Then the member reads of 40 given back, and of nothing too much
      And the member was sent "surplus_refunded" at last
      And the surplus ended at "surplus_refunded", and the ledgers balance

    Scenario: Paid twice, the membership is longer, by an invoice of its own
      When the member pays 160 by card
      And the bank tells of 160 of 5 July 2027
      And the member wishes EXTEND for the surplus
      Then the member's entitlement is CURRENT until 31 August 2029
      And there are invoices of 160 and 160
      And the member was sent "surplus_extended" at last
      And the surplus ended at "membership_extended", and the ledgers balance

    Scenario: A gift is given on the day on which it is given up
      When the member pays 200 by card
      And the day 10 July 2027 is over
      And the member wishes GIFT for the surplus
      Then the foundation is told of the renewal's gift of 40, by its line
      And the surplus ended at "surplus_given", and the ledgers balance

  Rule: Without an answer the accounts decide

    Scenario: After thirty days
      When the member pays 200 by card
      And the day 2 August 2027 is over
      Then FINANCE is to decide within 10 working days
      When FINANCE decides REFUND for the surplus
      Then whoever decided cannot refund, nor the member
      When TREASURER refunds 40 of the surplus
      Then the surplus ended at "surplus_refunded", and the ledgers balance

    Scenario: Nobody of the accounts decides about money of their own
      When the member pays 200 by card
      And the day 2 August 2027 is over
      Then the member cannot decide about the surplus for the accounts

    Scenario: The member dies meanwhile
      When the member pays 200 by card
      And all cases hear of member_deceased
      Then FINANCE is to decide within 10 working days

  Rule: What went back meanwhile is settled

    Scenario: The provider gave it back before anybody answered
      When the member pays 200 by card
      And the provider refunds 40 of the payment of 200
      Then the surplus ended at "nothing_is_left", and the ledgers balance
      And there is no incident about the payment

    Scenario: The provider gave it back before the accounts did
      When the member pays 200 by card
      And the member wishes REFUND for the surplus
      And the provider refunds 40 of the payment of 200
      Then the member reads of 40 given back, and of nothing too much
      And the surplus ended at "nothing_is_left", and the ledgers balance

    Scenario: Just before the answer
      When the member pays 200 by card
      And the accounts note a refund of 40
      And the member wishes EXTEND for the surplus
      Then the surplus ended at "nothing_remains", and the ledgers balance

  Rule: What nobody waits for any more is given back

    Scenario: A payment for an order that has expired, when the renewal is over
      When 31 minutes pass
      And the day 1 September 2028 is over
      And the bank tells of 160 of 1 September 2028
      Then FINANCE is to refund 160 within 5 working days

    Scenario: A payment for an order that has expired is asked about at once, and taken off the next order
      When 31 minutes pass
      And the bank tells of 160 of 3 July 2027
      Then the member was sent "late_payment" at last
      When the member orders: TRANSFER, 1 year, gift 0
      Then the member's entitlement is CURRENT until 31 August 2028
      And the surplus ended at "nothing_is_left", and the ledgers balance

    Scenario: What the next order leaves of it is asked about once
      When 31 minutes pass
      And the bank tells of 460 of 3 July 2027
      And the member orders: CARD, 1 year, gift 0
      Then one case alone is about the surplus, of 300
      When the member wishes REFUND for the surplus
      And FINANCE refunds 300 of the surplus
      Then the surplus ended at "surplus_refunded", and the ledgers balance

    Scenario: What is on its way back is used after all
      When 31 minutes pass
      And the bank tells of 160 of 3 July 2027
      And the member wishes REFUND for the surplus
      Then FINANCE is to refund 160 within 5 working days
      When the member orders: TRANSFER, 1 year, gift 0
      Then the member's entitlement is CURRENT until 31 August 2028
      And the surplus ended at "nothing_is_left", and the ledgers balance

    Scenario: What was given back pays for nothing
      When 31 minutes pass
      And the bank tells of 160 of 3 July 2027
      And the member wishes REFUND for the surplus
      And FINANCE refunds 160 of the surplus
      And the member orders: CARD, 1 year, gift 0
      And the member pays 10 by card
      Then the member was sent "balance_due" at last
      And the ledgers balance
