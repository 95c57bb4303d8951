Feature: Rights come from a mandate, and go with it
  Whoever acts for the association was appointed for a time. A substitute stands in while somebody is away; nobody
  decides about himself, whoever he stands in for.

  Scenario: X12, a volunteer loses the mandate while a page is open
    Given "Vera" is appointed "GROUP_LEAD" for "group-7" for 300 days
    And "Vera" has taken a task of "GROUP_LEAD" for "group-7" and typed "12" into it
    When the mandate of "Vera" is ended
    Then the next click of "Vera" is refused, with the reason
    And "Wim", appointed "GROUP_LEAD" for "group-7", finds "12" in it

  Scenario: X12, the mandate of a lead ends while the page of his event is open
    Given "Vera" is appointed "GROUP_LEAD" for "group:7e6f0d0a-0000-4000-8000-000000000007" for 300 days
    And "Vera" has published an event of that group, and typed "60" people into its change
    When the mandate of "Vera" is ended
    Then the change of the event by "Vera" is refused, with the reason
    And "Wim", appointed for that group, finds "90" people, typed by "Vera", and sends it

  Scenario: X8, a mandate ends by its date alone, be it 29 February
    Given "Vera" is appointed "GROUP_LEAD" for "group-7" until 29 February 2028
    And on that day "Vera" has taken a task of "GROUP_LEAD" for "group-7" and typed "12" into it
    When 1 days pass without any worker
    Then the next click of "Vera" is refused, with the reason

  Scenario: X7, a substitute gets the tasks, never what is his own
    Given "Anna" is appointed "MEMBERSHIP" for "" for 300 days
    And "Boris" is appointed "DATA" for "" for 300 days
    And "Anna" has taken a task of "MEMBERSHIP" for "" and typed "12" into it
    And "Anna" has taken a task that "Boris" asked for
    And "Anna" has put her first task off for 9 days
    When "Anna" is away tomorrow and "Boris" stands in
    And the workers catch up after 1 days
    Then "Boris" has the task of "Anna", and what he asked for himself is refused
    And "Boris" finds what "Anna" had typed, and types "34"
    When "Anna" is back
    Then "Anna" has both tasks again, put off as before, with the "34" of "Boris", who has none of them

  Scenario: X9, two browsers complete the same task
    Given "Anna" is appointed "MEMBERSHIP" for "" for 300 days
    And "Boris" is appointed "MEMBERSHIP" for "" for 300 days
    When both complete a task of "MEMBERSHIP", "Anna" first
    Then "Boris" is told that "Anna" was faster
