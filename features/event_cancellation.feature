Feature: Calling an event off, or moving it
  Everybody is told once, refunded once, and calendars follow.

  Scenario: P4.12.3, a storm of cancellations
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 8 people in 40 days, at 20 euros with 0 euros at risk
    And 6 people register and pay
    And "Max" registers, paid by the employer
    And "Zoe" registers and pays
    And "Noe" registers and waits
    And "Ida" registers and waits
    And "Zoe" withdraws
    Then "Noe" is offered a seat
    When the clock stands 20 hours before the event
    And the event is called off
    Then each of the 6 is due 20.00 euros, once
    And the invoice of "Max" is credited, and nothing is due to "Max"
    And "Noe" got the mail "event_called_off" without a calendar
    And "Ida" got the mail "event_called_off" without a calendar
    And 7 mails carry METHOD:CANCEL with SEQUENCE:1
    And the list of attendees is closed
    When 3 days pass
    Then nobody got the mail "event_thanks"
    When the event is called off again
    Then each of the 6 is due 20.00 euros, once
    When the refunds are paid
    Then nothing is due any more

  Scenario: The event moves, and who cannot come then is refunded
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 2 people in 40 days, at 20 euros with 0 euros at risk
    And "Max" registers and pays
    And "Zoe" registers and pays
    And "Noe" registers and waits
    And 39 days pass
    And the event moves by 30 days
    Then "Max" got the mail "event_moved" with METHOD:REQUEST
    And "Noe" got the mail "event_moved" without a calendar
    When "Max" withdraws
    Then 20.00 euros are due to "Max", once
    When 3 days pass
    Then nobody got the mail "event_thanks"

  Scenario: One date of a series is called off, another moves, and then all that are left are called off
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 2 people in 40 days, at 20 euros with 0 euros at risk, 3 times
    And "Max" registers and pays for date 1
    And "Zoe" registers and pays for date 2
    And "Ana" registers and pays for date 2
    And "Noe" registers for date 2
    And date 1 is called off
    Then the notice "La salle est fermée." is about date 1
    And "Max" got the mail "event_called_off" with METHOD:CANCEL
    And 20.00 euros are due to "Max", once
    And "Zoe" got 0 mails "event_called_off"
    And the event is LIGHT and PUBLISHED with 2 places
    When date 2 moves by 5 days, with the words "Une semaine chargée."
    Then each of dates 1 and 2 has its notice
    And the mail "event_moved" has the words "chargée"
    And "Zoe" got the mail "event_moved" with METHOD:REQUEST
    And "Max" got 0 mails "event_moved"
    When 51 days pass
    Then "Zoe" got 2 mails "event_reminder"
    And "Noe" is still waiting
    When every date is called off
    Then the notice "La salle est fermée." is about the whole event
    And the event is CANCELLED
    And "Zoe" got the mail "event_called_off" with METHOD:CANCEL
    And "Noe" got the mail "event_called_off" without a calendar
    And "Max" got 1 mails "event_called_off"
