Feature: Registering for an event
  A seat, or a place in the queue; a seat that comes free belongs to whoever waits, once.

  Scenario: Free of charge: a ticket, an invitation, two reminders, thanks, an opinion
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And "Max" registers
    Then "Max" has a ticket, and an invitation of sequence 0
    And "Max" is invited in the calendar
    When 42 days pass
    Then "Max" got 2 mails "event_reminder"
    And "Max" got the mail "event_thanks"
    When "Max" gives a 9
    Then the registration of "Max" is ATTENDED, with a score of 9

  Scenario: X6, forty days without the machine: nobody is reminded of what is over, and thanks come once
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 20 days
    And "Max" registers
    And nothing runs for 40 days, and then everything
    Then "Max" got 0 mails "event_reminder"
    And "Max" got 1 mails "event_thanks"
    When 40 days pass
    Then "Max" got 1 mails "event_thanks"

  Scenario Outline: X6, a reminder that is late by more than two days is left out, and the last one comes
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 20 days
    And "Max" registers
    And nothing runs for <outage> days, and then everything
    And <more> days pass
    Then "Max" got <reminders> mails "event_reminder"

    Examples:
      | outage | more | reminders |
      | 14     | 5    | 2         |
      | 17     | 2    | 1         |

  Scenario: Nobody answers the survey, and who was not checked in was missed
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And "Max" registers
    And "Zoe" registers
    And "Max" is checked in
    And 60 days pass
    Then the registration of "Max" is ATTENDED, with a score of none
    And the registration of "Zoe" is MISSED, with a score of none

  Scenario: The waiting list: offers, one that expires, one that is refused, one that is taken
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 1 people in 40 days
    And "Max" registers
    And "Zoe" registers and waits
    And "Noe" registers and waits
    And "Ida" registers and waits
    And "Max" withdraws
    Then "Max" got the mail "event_withdrawn" with METHOD:CANCEL
    And "Zoe" is offered a seat
    When 3 days pass
    Then "Zoe" got the mail "event_seat_lost"
    And "Noe" is offered a seat
    When "Noe" says PASS
    Then "Ida" is offered a seat
    When "Ida" says TAKE
    Then "Ida" has a ticket, and an invitation of sequence 0

  Scenario: Somebody waits until the event begins, and one more finds no place in the queue
    Given "Lea" leads the group "Amis de Lyon"
    And at most 1 person waits
    When "Lea" proposes "AFTERWORK" for 1 people in 40 days
    And "Max" registers
    And "Zoe" registers and waits
    And "Noe" registers
    Then "Noe" got the mail "event_full"
    When 41 days pass
    Then "Zoe" got the mail "event_no_place"

  Scenario: Paying: in time, too little first, too late, and by the employer
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 2 people in 40 days, at 20 euros with 0 euros at risk
    And "Max" registers
    And "Zoe" registers, paid by the employer
    And "Noe" registers and waits
    Then "Zoe" has a ticket, and an invitation of sequence 0
    When "Max" pays 5 euros
    And "Max" pays 15 euros
    Then "Max" has a ticket, and an invitation of sequence 0
    When "Max" withdraws
    Then 20.00 euros are due to "Max", once
    And "Noe" is offered a seat
    When "Noe" says TAKE
    And an hour passes
    Then "Noe" got the mail "event_seat_lost"

  Scenario: Who waits withdraws, and a member who has not paid comes only where all may
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 1 people in 40 days
    And "Max" registers
    And "Zoe" registers and waits
    And "Zoe" withdraws
    Then "Zoe" got the mail "event_withdrawn" without a calendar
    And "Una", whose dues have lapsed, cannot register

  Scenario: Whoever lives by another hour reads both, at the place and at home
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And "Max" lives in the zone "Asia/Tokyo"
    And "Max" registers
    Then the mail "event_ticket" of "Max" says "19:00 à Paris", and "03:00 à Tokyo"
    When 40 days pass
    Then the mail "event_reminder" of "Max" says "19:00 à Paris", and "03:00 à Tokyo"
