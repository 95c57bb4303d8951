@by_calendar
Feature: The Foundation's year: receipts of February, then a declaration without names
  Whoever gives by instalments gets one receipt a year. The tax office is told a total and a number, and nobody's name.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013

  Scenario: An address is missing, the declaration is reminded of three times, then made
    Given "Ambre Delaunay" has a mailbox and no address
    And "Ambre Delaunay" promises 100 in instalments of 100 YEARLY by SEPA from 7 January 2027
    And somebody works for the Foundation's gifts
    When the bank pays 1 instalments
    And the year 2027 is closed on 20 February 2028
    Then FOUNDATION_GIFTS completes the addresses of the year
    When FOUNDATION_GIFTS waits for the last reminder
    Then 3 reminders of the declaration were written
    When FOUNDATION_GIFTS declares the gifts
    Then the year has ended with 0 declared

  Scenario: An address that comes late still brings the receipt
    Given "Ambre Delaunay" has a mailbox and no address
    And "Ambre Delaunay" promises 100 in instalments of 50 MONTHLY by SEPA from 7 January 2027
    And somebody works for the Foundation's gifts
    When the bank pays 2 instalments
    And the year 2027 is closed on 20 February 2028
    And "Ambre Delaunay" tells her address
    Then FOUNDATION_GIFTS completes the addresses of the year
    And the receipt "RF-FOND-2028-000001" states 100
    And the tax office is told of 100 in 1 receipt for 2027
    And nobody waits for a receipt of a past year

  Scenario Outline: The declaration is due on the second working day after 1 May
    Then the declaration of <year> is due on <day>

    Examples:
      | year | day        |
      | 2027 | 4 May 2027 |
      | 2028 | 3 May 2028 |

  Scenario: P5.12.1, three gifts around New Year fall into the years that the law says
    Given it is 30 December 2026 at 12:00
    And "Ambre Delaunay" stands before the basket
    When the clock jumps to 31 December 2026 at 23:40
    And the applicant fills the basket: CARD, 1 year, gift 500
    And the clock jumps to 31 December 2026 at 23:50
    And the applicant pays 660 by card
    Then no receipt is issued
    When the clock jumps to 8 January 2027 at 10:00
    And FOUNDATION_GIFTS enters 500 by CHEQUE_POST received on 3 January 2027
    And FOUNDATION_GIFTS enters 500 by CHEQUE_HAND received on 31 December 2026
    Then the years of the gifts are 2027, 2027 and 2026
    And the tax office is told of 1000 in 2 receipts for 2027
    And the tax office is told of 500 in 1 receipt for 2026
