Feature: Nothing typed is lost
  Whoever answers forty tasks a day types into forms that others answer meanwhile, on networks that go and come back.

  Scenario: A colleague was faster
    Given "Anna" is appointed "MEMBERSHIP" for "" for 300 days
    And "Boris" is appointed "MEMBERSHIP" for "" for 300 days
    And "Anna" and "Boris" have the form of a task of "MEMBERSHIP" before them
    When "Anna" answers it, and "Boris" answers it with "41"
    Then "Boris" is told that "Anna" was faster, and still reads "41"
    And the task was completed once

  Scenario: A nervous finger
    Given "Anna" is appointed "MEMBERSHIP" for "" for 300 days
    And "Anna" has the form of a task of "MEMBERSHIP" before her
    When "Anna" sends her answer twice
    Then both times she is led on, and the task was completed once

  Scenario: The session ends in the middle of a form
    Given "Anna" is appointed "MEMBERSHIP" for "" for 300 days
    And "Anna" has the form of a task of "MEMBERSHIP" before her
    When the session of "Anna" ends, and she sends "58"
    Then after her next sign-in the form of "Anna" holds "58", and the task is open
