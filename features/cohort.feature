Feature: A career group lives eight months
  A dozen people meet each week. Two weeks before the first session it is decided whether the group starts; whoever leaves
  ends no group. Holidays and breaks are left out, and the hour is the same all year.

  Scenario: A cohort starts, meets, moves a session, calls one off and comes to its end
    Given the rules say 4 sessions, a review at session 2
    And a cohort from 4 January 2027 with 10 people
    When the clock reaches 22 December 2026
    Then 10 people are in the cohort, invited to each of its 4 sessions
    When at 22:43 session 2 is moved to 13 January 2027, and then to 12 January 2027
    Then 12 mails about session 2 leave in the morning, of 12 January 2027 alone
    When session 1 is moved to 5 January 2027
    And the clock reaches 4 January 2027
    Then 12 mails "cohort_session" left, each with an invitation
    When session 1 is moved to 6 January 2027
    And the clock reaches 11 January 2027
    Then the facilitators and the office were reminded of the attendance
    When session 1 is noted with "Ada" UNEXCUSED
    And the clock reaches 13 January 2027
    And session 2 is noted with nobody away
    And the mid-course review is held
    And session 3 is called off
    Then 12 people were told to take session 3 out of their calendars
    When the clock reaches 27 January 2027
    And session 4 is noted with nobody away
    Then the cohort is CLOSED
    And 10 participations still run

  Scenario: X6, three weeks without the machine: each session is noted once, and nobody is reminded of one that is over
    Given the rules say 6 sessions, a review at session 6
    And a cohort from 4 January 2027 with 10 people
    When the clock reaches 22 December 2026
    And the clock reaches 3 January 2027
    And nothing runs for 21 days, and then everything
    And session 1 is noted with nobody away
    And session 2 is noted with "Ada" UNEXCUSED
    And session 3 is noted with nobody away
    Then 12 people were reminded of each of the sessions 1, 4, and nobody of another one
    And the next session to be held is the one of 25 January 2027

  Scenario: P2.5, information meetings ten, eight and six weeks ahead, open to all and none in the Christmas break
    Given a cohort from 1 March 2027 with 0 people
    Then people may come to hear about it on 18 December 2026, 4 January 2027, 18 January 2027, without an account
    And both facilitators got the mail "cohort_meetings" with the words "18 décembre 2026"
    When the cohort is put off
    Then the page of its meetings begins it on 12 April 2027
    When the cohort is called off ahead of its meetings
    Then its meetings are called off, and the page says why

  Scenario: P2.12.2, the twelfth seat
    Given a cohort from 4 January 2027 with 10 people
    And "Ada" and "Bea" have the same employer
    When the clock reaches 22 December 2026
    Then the start is held back by "resolve_conflict"
    When the careers office moves "Bea" to the next cohort
    Then the start is held back by "agree_to_start"
    And the applicant "Bea" waits for the next cohort, with the mail "cohort_next"
    When the facilitators decide GO
    Then 9 people are in the cohort, invited to each of its 32 sessions

  Scenario: Six are too few, the cohort is put off
    Given a cohort from 4 January 2027 with 6 people
    When the clock reaches 22 December 2026
    Then the first session is on 15 February 2027
    And 8 mails "cohort_put_off" left by day, with the words "15 février 2027"
    And new information meetings are held on 4 January 2027

  Scenario: P2.4, C8: a close friend of a facilitator goes to another group
    Given a cohort from 4 January 2027 with 10 people
    And "Cyr" is close to a facilitator
    When the clock reaches 22 December 2026
    Then the start is held back by "resolve_conflict"
    And the careers office reads that "Cyr" is close to who leads
    When the careers office moves "Cyr" to the next cohort
    Then the start is held back by "agree_to_start"

  Scenario: The case of a cohort is ended by hand before it begins
    Given a cohort from 1 March 2027 with 3 people
    When somebody ends the case of the cohort by hand
    Then the cohort is CANCELLED
    And its meetings are called off, and the page says why
    And everybody waits for the next cohort

  Scenario: The case of a cohort is ended by hand while it runs
    Given the rules say 4 sessions, a review at session 2
    And a cohort from 4 January 2027 with 10 people
    When the clock reaches 22 December 2026
    And the charter is signed by all
    And somebody ends the case of the cohort by hand
    Then the cohort is CLOSED
    And 12 people have one mail that takes 4 sessions out of their calendars
    And everybody is asked for an opinion

  Scenario: Eight, and the facilitators would rather not
    Given a cohort from 4 January 2027 with 8 people
    When the clock reaches 22 December 2026
    And the facilitators decide CANCEL
    Then the cohort is CANCELLED
    And everybody waits for the next cohort

  Scenario: P2.7, the group wants more sessions, three at most
    Given the rules say 4 sessions, a review at session 4
    And a cohort from 4 January 2027 with 10 people
    And the cohort has begun, and 0 people have left it
    When "Maud" asks for 2 sessions more
    And "Nils" asks for 9 sessions more
    Then both facilitators got the mail "cohort_no_extra" with the words "leur nombre est limité"
    And "Maud" cannot grant them, not even as CAREERS_HEAD
    When the careers office answers AGREED to more sessions
    Then 12 people got the mail "cohort_extra", and are invited to 6 sessions, the last on 8 February 2027
    When "Maud" asks for 2 sessions more
    Then nobody is asked to grant more sessions
    When "Maud" asks for 1 sessions more
    And the careers office answers REFUSED to more sessions
    Then the cohort still has 6 sessions

  Scenario: P2.1, the group elects its network referee, who holds the role as long as the seat
    Given the rules say 4 sessions, a review at session 4
    And a cohort from 4 January 2027 with 10 people
    And the cohort has begun, and 0 people have left it
    When the group elects "Ada" as REFEREE
    Then 10 people got the mail "cohort_elected", which names "Ada Essai"
    When the group elects "Bea" as REFEREE
    Then "Bea" alone is REFEREE of the group
    And nobody from outside can be elected
    When "Bea" leaves the cohort
    Then nobody is REFEREE of the group

  Scenario: P2.3, triads between the sessions in which people learn to know themselves
    Given the rules say 12 sessions, a review at session 12
    And a cohort from 4 January 2027 with 10 people
    And the cohort has begun, and 1 people have left it
    And 2 sessions are over
    Then nobody has a triad, and they are drawn after the sessions 3, 5, 7, 9, mirror groups after 11, 15
    When session 3 is held
    Then 9 people have a triad, and each got a mail with the names of the others
    When triads are drawn after the sessions 5, 7, 9
    Then nobody has met anybody in two triads
    When the phase is over
    Then nobody has a triad
    When triads are drawn after the sessions 11, 15
    Then everybody is in a mirror group of 4 or 5, and got 2 mails with the names of the others

  Scenario: P2.12.3, the calendar
    When a cohort is planned from 31 August 2026
    Then it has 32 days, all of them Mondays, none from 20 December to 3 January and none on a holiday
    And the last one is 26 April 2027
    And each of them is at 18:30 in Paris, whatever the clocks do
    And six months after 31 August 2026 is 28 February 2027
