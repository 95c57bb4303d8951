Feature: The office's day holds up
  Whoever operates many cases sees first what an act would do, gets a result for each case, and can take back what can be
  taken back. A program does a thing once, however often it asks. A stolen password opens nothing where it matters.

  Scenario: What stands still for one reason is tried again together
    Given 3 cases stand still because the ledger is closed
    When the ledger opens, and the administrator has them tried again together
    Then each of the 3 cases goes on, and the page says so of each

  Scenario: Many cases are suspended for a dispute, and go on by one undo
    Given 3 cases stand still because the ledger is closed
    When the administrator looks at what suspending them would do, and does it because of "litige en cours"
    Then the 3 cases are suspended, and each says why
    When the administrator undoes it
    Then the 3 cases are running

  Scenario: A program that asks twice is answered twice, and has done it once
    Given 3 cases stand still because the ledger is closed
    When a program of the administrator asks twice, with one key, to pass over what stands still
    Then each of the 3 cases goes on, and one act is on record

  Scenario: A role asks for a second step of the sign-in
    Given the administrator decides that MEMBERSHIP needs a second step within 7 days
    When 8 days have passed and Anna of MEMBERSHIP signs in by her password alone
    Then nothing opens but the page on which she adds a second step

  Scenario: Somebody phones
    Given "Zoe" has 20 days of membership left
    When MEMBERSHIP types "petit zoé" into the box of any page
    Then the page of "Zoe" opens, and its first line says her standing
    When somebody of EVENTS without a right to cases types the number of a case there
    Then nothing of it is told

  Scenario: Many that ask the same are one decision, with the exception beside it
    Given 8 cases wait for the same decision of MEMBERSHIP
    When MEMBERSHIP answers them as one stack, the first one without a tick
    Then 7 of the 8 are answered
    When MEMBERSHIP undoes the stack
    Then 0 of the 8 are answered

  Scenario: The delegate's Monday
    Given a case waits for the general delegate's signature
    When the delegate's Monday comes
    Then her page and her mail say that one is to sign, the mail without a name
    And she signs it from the page, on a phone
