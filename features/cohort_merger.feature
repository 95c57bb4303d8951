Feature: A career group that is too small joins another one, or closes
  At five people or fewer one is asked what is to follow. Nobody is moved without saying yes; what somebody did in the
  group stays his, and every group meets until all have answered.

  Background:
    Given the rules say 6 sessions, a review at session 6
    And a cohort from 4 January 2027 with 10 people
    And another group runs, with 6 people
    And the cohort has begun, and 5 people have left it

  Scenario: P2.7, each person says what follows, and one has to be called
    When the clock reaches 5 January 2027
    And session 1 is noted with nobody away
    Then the careers office is to choose what follows, with the advice MERGE
    When the careers office chooses MERGE
    Then 5 people got the mail "cohort_move", and those who lead both groups know
    When "Ada" wishes JOIN
    And "Bea" wishes JOIN
    And "Cyr" wishes NEXT
    And "Dan" wishes END
    Then "Ada" has a seat in the other group, and the one before is MOVED with its mark
    And "Ada" is invited to the sessions of the other group alone
    And "Cyr" waits for the next cohort, with the mail "cohort_next"
    When 4 days pass
    Then "Eve" alone is written to by "cohort_move_reminder"
    When 5 days pass
    And CAREERS_ASST calls "Eve", who wishes JOIN
    Then the other group has 9 people, and its facilitator read of 3 arrivals
    And the cohort is MERGED
    And the seat of "Dan" is COMPLETED, with the mail "cohort_certificate" to come
    And nothing of the cohort is in a calendar any more

  Scenario: P2.7, no other way: the group closes at the end of its phase
    When the clock reaches 5 January 2027
    And session 1 is noted with nobody away
    And the careers office chooses CLOSE
    Then 7 people got the mail "cohort_closes" with the words "11 janvier 2027"
    When the clock reaches 12 January 2027
    And session 2 is noted with nobody away
    Then the cohort is CLOSED
    And 5 seats are COMPLETED

  Scenario: P2.7, the group goes on, and one is asked again when it is smaller still
    When the clock reaches 5 January 2027
    And session 1 is noted with nobody away
    And the careers office chooses GO_ON
    And the clock reaches 12 January 2027
    And session 2 is noted with nobody away
    Then nobody is asked what follows for the group
    When 1 more person leaves the cohort
    And the clock reaches 19 January 2027
    And session 3 is noted with nobody away
    Then the careers office is to choose what follows, with the advice GO_ON
