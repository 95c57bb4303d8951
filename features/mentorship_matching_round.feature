@by_calendar
Feature: A matching round
  Each week, or for a wave of students. Simple cases leave by themselves; a person looks at the others, locks and adjusts.

  Scenario: Nobody waits
    When 7 days pass
    Then the case of "mentorship_matching_round" has ended at "nobody_was_waiting"

  Scenario: P3.12.1, the weekly round proposes what fits very well, never the reverse of a running pair, and takes the place at once
    Given the mentors "Camille Martin" and "Noah Petit"
    And the member "Zoe Lambert" of number 1003
    And "Zoe Lambert" is the mentor of "Camille Martin" today
    When "Zoe Lambert" asks for a mentor
    And 7 days pass
    Then the case of "mentorship_matching_round" has ended at "round_is_done"
    And the place of "Noah Petit" alone is taken

  Scenario: P3.12.1, places count whom a mentor accompanies: to be mentored takes none
    Given the mentors "Camille Martin" and "Noah Petit"
    And the member "Zoe Lambert" of number 1003
    And "Noah Petit" accompanies "Camille Martin", brought along by an import
    When "Zoe Lambert" asks for a mentor
    And 7 days pass
    Then the case of "mentorship_matching_round" has ended at "round_is_done"
    And the place of "Camille Martin" alone is taken

  Scenario: P3.12.2, three want the two places that there are: none is promised twice, and who goes without keeps the date
    Given the mentors "Camille Martin" and "Noah Petit"
    And the member "Zoe Lambert" of number 1003
    And the member "Lina Moreau" of number 1004
    And the member "Paul Girard" of number 1005
    When "Zoe Lambert" asks for a mentor
    And "Lina Moreau" asks for a mentor
    And 1 days pass
    And "Paul Girard" asks for a mentor
    And a round runs and is sent
    Then both mentors have their place taken, once
    And "Paul Girard" has no place kept, and waits since 24 November 2026
    When "Zoe Lambert" answers NO to the proposal
    And a round runs and is sent
    Then both mentors have their place taken, once
    And "Paul Girard" has a place kept, and asked on 24 November 2026

  Scenario: P3.12.2, both sides answer while the machine stops: the place is held once, and goes on where it was
    Given the mentors "Camille Martin" and "Noah Petit"
    And the member "Zoe Lambert" of number 1003
    And the member "Lina Moreau" of number 1004
    And the member "Paul Girard" of number 1005
    When "Zoe Lambert" asks for a mentor
    And "Lina Moreau" asks for a mentor
    And 1 days pass
    And "Paul Girard" asks for a mentor
    And a round runs and is sent
    And "Zoe Lambert" answers YES while the machine stops
    And the machine stops before what follows has run, and starts again
    Then both mentors have their place taken, once
    When the mentor of "Zoe Lambert" says YES, and the machine stops once more
    And a round runs and is sent
    Then both mentors have their place taken, once
    And there is one pair, and the mail "pair_introduction" reached each of the two once

  Scenario: P3.12.1, a circle of three is for a person, who compares, refuses, runs again and drops
    Given the mentors "Camille Martin" and "Noah Petit"
    And the member "Zoe Lambert" of number 1003
    When "Zoe Lambert" asks for a mentor
    And MENTORING runs a round for STUDENTS
    Then the case of "mentorship_matching_round" has ended at "nobody_was_waiting"
    When MENTORING runs a round for ROLLING between circles
    And MENTORING sets the first choice aside and says AGAIN
    Then the round has another first choice, and the same seed
    When MENTORING says DROP of the round
    Then the case of "mentorship_matching_round" has ended at "round_was_dropped"
    And no place is taken
