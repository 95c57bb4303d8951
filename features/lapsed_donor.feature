@by_calendar
Feature: Whoever gave and gives no more is looked for once a year, within their words
  After thirteen months without a gift a donor is reviewed: asked three times, written to once, asked one question, or
  called. A new gift, an opposition or a death stops all of it.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" has an address and a mailbox

  Scenario: Last year's donor is asked in October, November and December
    Given FOUNDATION_GIFTS enters 100 by TRANSFER credited on 10 May 2026
    When the month of 1 July 2027 begins
    And 160 days pass
    Then the donor was written 3 mails "donor_ask"
    And the review has ended at "donor_reviewed" as LYBUNT

  Scenario: Whoever gives again is left in peace
    Given FOUNDATION_GIFTS enters 100 by TRANSFER credited on 10 May 2026
    When the month of 1 July 2027 begins
    And FOUNDATION_GIFTS enters another 100 by TRANSFER
    And 160 days pass
    Then the donor was written 0 mails "donor_ask"
    And the review has ended at "donor_gave_again" as LYBUNT

  Scenario: Whoever says no between two appeals is asked no more
    Given FOUNDATION_GIFTS enters 100 by TRANSFER credited on 10 May 2026
    When the month of 1 July 2027 begins
    And 100 days pass
    And "Ambre Delaunay" wants no mails of the Foundation
    And 60 days pass
    Then the donor was written 1 mails "donor_ask"

  Scenario: Nobody is asked after a death
    Given FOUNDATION_GIFTS enters 100 by TRANSFER credited on 10 May 2026
    When the month of 1 July 2027 begins
    And the death of "Ambre Delaunay" is announced
    Then the review has ended at "nobody_is_asked" as LYBUNT

  Scenario Outline: What was given, and how long ago, decides
    Given FOUNDATION_GIFTS enters <amount> by TRANSFER credited on <day>
    When the month of 1 July 2027 begins
    Then the review is of <segment> with "<element>"

    Examples:
      | amount | day         | segment | element     |
      | 100    | 10 May 2024 | SYBUNT  | send_letter |
      | 100    | 10 May 2020 | DORMANT | send_survey |

  Scenario: A major donor is called
    Given FOUNDATION_GIFTS enters 2000 by TRANSFER credited on 10 May 2025
    When the month of 1 July 2027 begins
    Then FOUNDATION_GIFTS calls who gave a lot
    And the review has ended at "donor_reviewed" as MAJOR
