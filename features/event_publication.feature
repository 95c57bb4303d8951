Feature: The life of an event
  Published, checked, decided on, listed, over; and what was asked for the day alone is erased.

  Scenario: From the checklist to the erasing of the lists
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And "Max" registers
    And 26 days pass
    Then "Lea" got the mail "event_checklist"
    And the case of event_publication is found by the number in its title
    When 13 days pass
    Then "Lea" got the mail "event_list"
    And the list of attendees is open
    When 3 days pass
    Then the event is ENDED
    And the list of attendees is closed
    When 7 days pass
    Then the diets are erased, and it is on record

  Scenario: Too few have paid a week before, and it goes on
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 20 people in 40 days, at 20 euros with 400 euros at risk
    And "Eva" says APPROVE
    And 34 days pass
    And "Eva" decides GO
    Then the event is LIGHT and PUBLISHED with 20 places

  Scenario: Too few have paid a week before, and it is called off
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 20 people in 40 days, at 20 euros with 400 euros at risk
    And "Eva" says APPROVE
    And "Max" registers, paid by the employer
    And 34 days pass
    And "Eva" decides CANCEL
    Then the event is CANCELLED
    And "Max" got the mail "event_called_off"

  Scenario: X6, a month without the machine: nobody is asked whether to hold what is over
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 20 people in 40 days, at 20 euros with 400 euros at risk
    And "Eva" says APPROVE
    And 27 days pass
    And nothing runs for 30 days, and then everything
    Then the event is ENDED
    And nobody is asked to decide on the budget
    And nobody got the mail "event_list"

  Scenario Outline: X6, a check list that is late by more than two days is left out, and the list of attendees is not
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And 24 days pass
    And nothing runs for <outage> days, and then everything
    And 12 days pass
    Then "Lea" got <lists> mails "event_checklist"
    And "Lea" got the mail "event_list"

    Examples:
      | outage | lists |
      | 3      | 1     |
      | 5      | 0     |
