Feature: Somebody looks for a mentor
  Proposals come without a name and with their reasons. To say no costs nothing: the place in the queue stays.

  Background:
    Given the mentors "Camille Martin" and "Noah Petit"
    And the member "Zoe Lambert" of number 1003

  Scenario: The table does not refuse, a person does, with a reason and a way to contest it
    Given the member "Lina Moreau" of number 1004 has lapsed
    When "Lina Moreau" asks for a mentor
    And MENTORING decides DECLINE about the request, because "Renouvelez d’abord"
    Then the mail "demand_declined" has the words "Renouvelez d’abord"
    And the mail "demand_declined" has the words "une autre personne la reverra"
    And the case has ended at "demand_was_declined"

  Scenario: A person retains what the table does not; the request is withdrawn
    Given the member "Lina Moreau" of number 1004 has lapsed
    When "Lina Moreau" asks for a mentor
    And MENTORING decides ACCEPT about the request
    And "Lina Moreau" withdraws the request
    Then the case has ended at "mentee_has_withdrawn"

  Scenario: Silence, a refusal, a mentor who is silent, and a person who finds somebody
    When "Zoe Lambert" asks for a mentor
    And a round runs and is sent
    Then the mail "mentor_proposal" reached "Zoe Lambert"
    And the mail "mentor_proposal" has the words "Sujets en commun"
    And the mail "mentor_proposal" does not name "Martin" or "Petit"
    When 4 days pass
    Then the mail "mentor_proposal_reminder" reached "Zoe Lambert"
    When 2 days pass
    And "Zoe Lambert" answers YES to the proposal
    Then the place of one mentor is taken
    When 6 days pass
    Then one mentor received the mail "mentee_proposal_reminder"
    And no place is taken
    And the request waits since 23 November 2026
    When 31 days pass
    And MENTORING finds the mentor 1001 for the request
    And "Zoe Lambert" answers PERSON to the proposal
    And MENTORING decides WAIT for the request
    And 31 days pass
    And MENTORING decides WITHDRAWS for the request
    Then the case has ended at "close_withdrawn"
