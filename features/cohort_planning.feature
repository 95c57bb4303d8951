@by_calendar
Feature: A career group is planned twelve weeks ahead
  The careers office is asked by itself: for each season, and as soon as enough admitted people wait. Places are offered in
  the order of admission; who gets none reads why, and when the next season is.

  Scenario: A season comes near, and at the close too few want in
    When the clock reaches 4 January 2027
    Then no cohort is to be planned
    When the clock reaches 11 January 2027
    Then CAREERS_HEAD is to plan for the week of 5 April 2027, with the advice ONE
    And nobody can plan a cohort from 25 January 2027, which is too soon
    When CAREERS_HEAD plans ONE cohort, from 6 April 2027
    Then the facilitators know of their mandate
    When the clock reaches 10 March 2027
    Then the careers office is to seek more candidates
    When the careers office seeks again
    Then the planning has ended at "search_is_on"

  Scenario: No cohort this season: who waits reads when the next one is
    Given 1 admitted people wait
    When the clock reaches 11 January 2027
    And CAREERS_HEAD plans NONE cohort, from 6 April 2027
    Then 1 of those who wait got the mail "cohort_later" with the words "7 juin 2027"
    And the planning has ended at "season_is_skipped"

  Scenario: Fourteen wait: twelve are offered a place, two are on the list, and at the close it is full
    Given it is 7 December 2026 at 10:00
    And 13 admitted people wait
    Then no cohort is to be planned
    Given 1 admitted people wait
    Then CAREERS_HEAD is to plan for the week of 1 March 2027, with the advice ONE_AND_LIST
    When CAREERS_HEAD plans ONE cohort, from 5 January 2027
    Then 12 of those who wait got the mail "cohort_offer" with the words "5 janvier 2027"
    And 2 of those who wait got the mail "cohort_list" with the words "5 janvier 2027"
    When the clock reaches 9 December 2026
    Then 2 of those who wait got the mail "cohort_full" with the words "5 avril 2027"
    And the planning has ended at "groups_are_ready"

  Scenario: Twenty-two want in: a second cohort, each with a share of those who wait
    Given it is 7 December 2026 at 10:00
    And 22 admitted people wait
    Then CAREERS_HEAD is to plan for the week of 1 March 2027, with the advice ONE_AND_LIST
    When CAREERS_HEAD plans ONE cohort, from 5 January 2027
    And the clock reaches 9 December 2026
    Then CAREERS_HEAD is to plan for the week of 5 January 2027, with the advice SECOND
    When CAREERS_HEAD plans ONE cohort, from 7 January 2027
    And the clock reaches 11 December 2026
    Then the cohorts hold 12 and 10 places
    And the planning has ended at "groups_are_ready"
