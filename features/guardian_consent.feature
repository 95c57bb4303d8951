Feature: A guardian agrees for a minor
  The guardian's link opens one question and nothing of the application. Without an answer nothing is paid.

  Scenario: A reminder, then nothing
    When "Malo Thévenin" asks to join as a student, born on 12 January 2010, of PGE 2030
    And 8 days pass
    Then the guardian received the mail "guardian_reminder"
    When 14 days pass
    Then the student's case has ended at "consent_is_lacking"

  Scenario: A yes needs parental authority
    When "Malo Thévenin" asks to join as a student, born on 12 January 2010, of PGE 2030
    Then a yes without authority is refused
