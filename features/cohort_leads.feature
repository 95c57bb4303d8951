Feature: Somebody who leads a career group stops
  The other one leads alone; within two weeks somebody else is found, else joining another group is considered.

  Background:
    Given the rules say 6 sessions, a review at session 6
    And a cohort from 4 January 2027 with 10 people
    And the cohort has begun, and 0 people have left it

  Scenario: P2.7, somebody else is found in time
    When the mandate of "Maud" for the cohort ends
    Then 11 people got the mail "cohort_lead_left"
    And the careers office is to find a FACILITATOR, while Nils Essai leads
    When the careers office names "Olga", who does not lead it yet
    Then "Olga" is FACILITATOR of the cohort, and invited to its 6 sessions
    And 12 people got the mail "cohort_lead_new" with the words "Olga Essai"

  Scenario: P2.7, two weeks without a name: another group is considered
    When the mandate of "Maud" for the cohort ends
    And 15 days pass
    Then the careers office is to choose what follows, with the advice CLOSE

  Scenario: P2.7, nobody is available
    When the mandate of "Nils" for the cohort ends
    And the careers office finds that nobody is available
    Then the careers office is to choose what follows, with the advice CLOSE

  Scenario: The mandate ends with the group, and nobody is looked for
    When the mandate of "Maud" for the cohort ends after its last session
    Then nobody is looked for to lead the cohort
