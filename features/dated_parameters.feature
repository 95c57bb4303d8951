Feature: Figures change from a day on, and running cases keep theirs
  The assembly votes the dues, the office decides delays and closures. Each figure holds from a day. Whoever was told a
  price pays that price; whoever is told later pays the new one; what is undone stays on record.

  Rule: Who was told a price pays it, until the assembly says otherwise (X3)

    Background:
      Given it is 2 July 2027 at 12:00
      And "Ambre Delaunay" of the class PGE 2013 is a member until 31 August 2027

    Scenario: The assembly raises the dues between the first notice and the payment
      When the renewals are started
      And the day 3 July 2027 is over
      And the assembly sets STD to 180 from 10 July 2027
      And the day 20 July 2027 is over
      And the member orders: CARD, 1 year, gift 0
      And the member pays 160 by card
      Then the member's entitlement is CURRENT until 31 August 2028
      And the dues of today are 180 for STD

    Scenario: The new dues apply to running cases, by a vote: who orders at the old price is shown the new one first
      When the renewals are started
      And the day 3 July 2027 is over
      And the assembly sets STD to 150 from 10 July 2027, for running cases too
      And the day 20 July 2027 is over
      And the member orders: CARD, 1 year, gift 0
      Then the member is asked to order again, at 150
      When the member orders: CARD, 1 year, gift 0
      And the member pays 150 by card
      Then the member's entitlement is CURRENT until 31 August 2028

    Scenario: A notice after the vote tells the new price
      When the assembly sets STD to 180 from 1 July 2027
      And the renewals are started
      And the day 3 July 2027 is over
      And the member orders: CARD, 1 year, gift 0
      And the member pays 180 by card
      Then the member's entitlement is CURRENT until 31 August 2028

  Rule: A row is undone, never overwritten

    Scenario: A wrong amount is withdrawn before it begins
      Given it is 2 July 2027 at 12:00
      When the assembly sets STD to 1800 from 1 September 2027
      And the last row is withdrawn because "a zero too many"
      And the day 1 September 2027 is over
      Then the dues of today are 160 for STD
      And the history of "dues_tariff" tells "a zero too many"

    Scenario: Two rows of a key never hold on the same day
      Given it is 2 July 2027 at 12:00
      When somebody enters 170 for STD from 1 January 2027 without ending the row before
      Then that is refused, naming the row from 1 September 2023
