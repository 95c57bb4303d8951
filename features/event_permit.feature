Feature: A permit of an event
  A declaration or licence is a task with its legal day; it dies with its event.

  Scenario: It is late, then obtained
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And 26 days pass
    Then "Lea" got the mail "permit_late"
    When the permit INSURANCE is OBTAINED
    Then no permit is open

  Scenario: The event is called off
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And "Lea" calls it off
    Then no permit is open
