Feature: Somebody becomes a mentor
  A mentor says what they offer and to how many people. Nobody is refused by a table: a person decides, says why, and is
  answered.

  Scenario: Training, two years of mentoring, training again, and leave
    Given the member "Camille Martin" of number 1001
    When "Camille Martin" offers to mentor, with 12 years of experience
    Then the mail "mentor_training" reached "Camille Martin"
    When 31 days pass
    Then the mail "mentor_training_reminder" reached "Camille Martin"
    When "Camille Martin" attends the training
    Then the mail "mentor_welcome" reached "Camille Martin"
    And the places of "Camille Martin" are ACTIVE
    When the day of the next training comes
    And "Camille Martin" attends the training
    And "Camille Martin" withdraws as a mentor
    Then the places of "Camille Martin" are ENDED
    And the mail "mentor_farewell" reached "Camille Martin"
    And the case has ended at "mentor_has_left"

  Scenario: Two years of experience are for students, if a person agrees; a death closes the places
    Given the member "Noah Petit" of number 1002
    When "Noah Petit" offers to mentor, with 2 years of experience
    And MENTORING decides STUDENTS about the mentor
    Then the places of "Noah Petit" are ACTIVE
    When "Noah Petit" dies
    Then the places of "Noah Petit" are ENDED
    And the case has ended at "places_are_closed"

  Scenario: P3.12.3, a pair of 31 August that an import brought goes on at its next date, to 31 May
    Given the members "Camille Martin" and "Zoe Lambert" have worked together since 31 August 2026
    When the cases of the pairs that were brought along begin
    Then both received the mail "pair_taken_over"
    And the next date is CHECK_IN on 30 November 2026
    When the next date comes
    And the check-in is answered with 4 and 5
    Then the next date is REVIEW on 30 November 2026
    When the next date comes
    And the review is answered, with goals to adjust: "Le réseau d’abord"
    Then the next date is CHECK_IN on 31 December 2026
    When the next date comes
    And the check-in is answered with 4 and 5
    Then the next date is LAST_MONTH on 29 January 2027
    When the next date comes
    Then both received the mail "pair_last_month"
    And the next date is CHECK_IN on 31 January 2027
    When the next date comes
    And the check-in is answered with 4 and 5
    Then the pair ends on 28 February 2027
    When the next date comes
    And both close the pair: EXTEND and EXTEND
    Then the pair ends on 31 May 2027
    And the next date is CHECK_IN on 31 March 2027

  Scenario: Who is not retained reads why, and whom to ask again
    Given the member "Noah Petit" of number 1002
    When "Noah Petit" offers to mentor, with 1 years of experience
    And MENTORING decides DECLINE about the mentor, because "Revenez dans un an"
    Then the mail "mentor_declined" has the words "Revenez dans un an"
    And the mail "mentor_declined" has the words "une autre personne la reverra"
    And the case has ended at "mentor_was_declined"

  Scenario: Dues come first, and open the way by themselves
    Given the member "Lina Moreau" of number 1003 has lapsed
    When "Lina Moreau" offers to mentor, with 8 years of experience
    Then the mail "mentor_ask_renew" reached "Lina Moreau"
    When "Lina Moreau" renews the membership
    Then the mail "mentor_training" reached "Lina Moreau"

  Scenario: Dues that are not renewed
    Given the member "Lina Moreau" of number 1003 has lapsed
    When "Lina Moreau" offers to mentor, with 8 years of experience
    And the time to renew passes
    Then the case has ended at "registration_has_lapsed"
