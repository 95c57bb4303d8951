Feature: A seat in a career group
  Absences are counted and lead to people, not to letters; a job found is a happy end. News are asked for at three, six and
  twelve months, whoever left when.

  Scenario: P2.12.1, lapses and leaves
    Given "Ada" has a seat in a cohort that starts
    And "Ada" has signed the charter
    And the dues of "Ada" end on 29 January 2027, and are not renewed
    When the clock reaches 1 March 2027
    Then "Ada" is LAPSED as a member, and invited to the 24 sessions from the ninth on
    When the clock reaches 31 May 2027
    And "Ada" has found work
    And she is UNEXCUSED at session 20
    And she is UNEXCUSED at session 21
    And she is UNEXCUSED at session 22
    Then the facilitators have the task "early_exit_talk" about "Ada", and no other
    When they agree that she LEAVES
    Then her seat ends as SUCCESS, with the mail "cohort_left"
    And the cohort has sessions to which she is not invited any more
    When 100 days pass
    And she tells her news
    And 400 days pass
    Then she got 3 mails "cohort_survey"
    And her news of follow-up 1 are JOB_SAME
    And her participation is over

  Scenario: Absences lead to a call, a warning and a talk
    Given the rules say 10 sessions, a review at session 5
    And "Ada" has a seat in a cohort that starts
    And "Ada" has signed the charter
    When she is UNEXCUSED at session 1
    And she is UNEXCUSED at session 2
    Then the facilitators have the task "call_participant"
    When they agree that she STAYS
    And she is PRESENT at session 3
    And she is EXCUSED at session 4
    Then she got 1 mails "cohort_warning"
    When she is PRESENT at session 5
    And she is EXCUSED at session 6
    Then the facilitators have the task "exit_talk"
    When they agree that she LEAVES
    Then her seat ends as LEFT, with the mail "cohort_left"

  Scenario: A pause leaves out what lies in it, and ends on its day or earlier
    Given the rules say 4 sessions, a review at session 2
    And "Ada" has a seat in a cohort that starts
    And "Ada" has signed the charter
    When she asks for a pause until 19 January 2027
    Then she is invited to the sessions 4
    And the facilitators were told that she pauses
    When the attendance of session 1 is taken as it is
    Then session 1 counts for her as PAUSED, and no absence
    When she is back earlier
    Then she is invited to the sessions 1, 2, 3, 4

  Scenario: The charter is not signed, and at the end nobody answers
    Given "Ada" has a seat in a cohort that starts
    When 15 days pass
    Then the facilitators have the task "settle_charter"
    When they agree that she STAYS
    And the cohort ends
    And 12 days pass
    Then she got 1 mails "cohort_opinion"
    And she got 2 mails "cohort_opinion_reminder"
    And her seat ends as COMPLETED, with the mail "cohort_certificate"

  Scenario: The opinion at the end
    Given "Ada" has a seat in a cohort that starts
    And "Ada" has signed the charter
    When the cohort ends
    And she gives a 9, agrees 4 with six statements, and says JOB_CHANGED
    Then her six answers of 4 are kept
    Then her seat ends as COMPLETED, with the mail "cohort_certificate"
    And her certificate is among her documents

  Scenario: P2.3, the project sheet grows with the phases, and the plan is accepted by the group
    Given "Ada" has a seat in a cohort that starts
    And "Ada" has signed the charter
    When the phase SELF asks for her project sheet, and she writes "Bâtir, transmettre" as assessment
    And the phase PROJECT asks for her project sheet, and she writes "Ouvrir un atelier" as scenario_1
    Then her sheet of phase PROJECT still says "Bâtir, transmettre" as assessment
    When the phase FIELD asks for her project sheet, and she writes "Dix personnes vues" as learnt
    And the phase ACTION asks for her project sheet, and she writes "Un local en mai" as plan
    And the facilitators say that the group wants REWORK
    And she writes "Un local en juin" as plan
    And the facilitators say that the group wants ACCEPTED
    Then her sheet has 5 versions, and nothing more is asked of it

  Scenario: P2.3, after six months a short group is offered, and the careers office reads who would like one
    Given "Ada" has a seat in a cohort that starts
    And "Ada" has signed the charter
    When the cohort ends
    And 120 days pass
    Then her news ask nothing of a short group
    When she tells her news
    And 90 days pass
    And she tells her news, and that a short group would help her
    Then the careers office reads that "Ada" would like a short group
    When 165 days pass
    Then her next news show the wish as it stands
    And takes her off the list when she has a place
