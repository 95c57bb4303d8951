Feature: Proposing an event
  A small event of a lead is approved at once. The others go to those whom the table names; nobody approves his own, and
  a change of an approved event goes the same way again, without anybody losing a seat.

  Scenario: A drink of twenty friends is approved at once
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    Then the event is LIGHT and PUBLISHED with 20 places
    And "Lea" got the mail "event_approved"
    And no approval was asked

  Scenario: X9, a gala goes through everybody, once, and every permit becomes a task
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "GALA" for 220 people in 120 days, with wine sold and 25000 euros at risk
    Then the event is HEAVY and PROPOSED with 0 places
    And the case of event_proposal is found by the number in its title
    When "Eva" says APPROVE, and "Fin" CONDITIONS
    Then a colleague of EVENTS with the same page open is told that "Eva" was faster
    When "Del" says APPROVE
    And "Tom" says APPROVE
    Then the event is HEAVY and PUBLISHED with 220 places
    And its permits are DRINKS, INSURANCE
    And the mail "event_approved" holds what "Fin" asked for

  Scenario: P4.12.1, nobody approves his own event, not even standing in
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    And "Eva" is away, and "Lea" stands in for her
    When "Lea" proposes "DINNER" for 60 people in 90 days, with a sponsor of her family
    Then only GENERAL_DELEGATE is asked
    And "Lea" may not approve it, though she holds EVENTS today
    And "Lea" may not be given it either
    When "Del" says REFUSE
    Then the event is REFUSED
    And "Lea" got the mail "event_refused"

  Scenario: A proposal is returned, revised, and returned again until nobody answers
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "TALK" for 60 people in 20 days, with a politician
    And "Eva" says RETURN
    Then "Lea" got the mail "event_returned"
    When "Lea" revises it: 30 people
    And "Eva" says RETURN
    And 31 days pass
    Then the event is DROPPED

  Scenario: Two days before, in a room, it is too late
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 2 days
    Then the event is REFUSED

  Scenario: A member proposes through the lead of the group, and a series is approved once
    Given "Lea" leads the group "Amis de Lyon"
    And "Max" is a member of the group
    When "Max" proposes "AFTERWORK" for 20 people in 40 days, 6 times
    Then the lead of the group is asked
    When "Lea" says APPROVE
    Then the event is LIGHT and PUBLISHED with 20 places
    And it has 6 dates, each on the same weekday

  Scenario: P4.12.2, an approved drink grows into a gala
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 45 people in 20 days
    And 45 people register
    And "Lea" changes it to 220 people with wine sold
    Then the event is STANDARD and REVIEW with 45 places
    And "Max" registers and waits
    And 45 people are registered
    When "Eva" says REFUSE
    Then the event is STANDARD and PUBLISHED with 45 places
    And "Lea" got the mail "event_change_refused"
    When "Lea" changes it to 220 people with wine sold
    And "Eva" says APPROVE
    And "Del" says APPROVE
    Then the event is STANDARD and PUBLISHED with 220 places
    And its permits are DRINKS, INSURANCE
    And the permit DRINKS is flagged as late
    And "Max" is offered a seat
    When "Lea" changes it to 230 people with wine sold
    And "Eva" says RETURN
    And 31 days pass
    Then the change is forgotten

  Scenario Outline: P4.12.2, what an approval rests on is weighed again, and nothing else is
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 45 people in 20 days
    Then the change of its <what> is <weighed>

    Examples:
      | what     | weighed       |
      | expected | weighed again |
      | alcohol  | weighed again |
      | price    | weighed again |
      | place    | weighed again |
      | title    | kept at once  |

  Scenario: P4.12.2, a new day is weighed again by whoever approved the old one, and a refused day is not kept in silence
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 60 people in 90 days, with 2000 euros at risk
    And "Eva" says APPROVE
    And "Max" registers
    And the event moves by 20 days
    Then the event is STANDARD and REVIEW with 60 places
    And "Max" got the mail "event_moved" with METHOD:REQUEST
    When "Eva" says REFUSE
    Then the mail "event_change_refused" of "Lea" says "Le nouveau jour n’est pas accordé", and "Choisissez-en un autre"
    When the event moves by 10 days
    And "Eva" says APPROVE
    Then the event is STANDARD and PUBLISHED with 60 places
    And "Lea" got the mail "event_change_approved"

  Scenario: The organiser takes a proposal back while it is looked at
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "TALK" for 60 people in 20 days, with a politician
    And "Lea" calls it off
    Then the event is CANCELLED
    And nobody has anything to approve

  Scenario: P4.5, the page is due 21 days before: whoever waits is reminded, then told that it is late, each once
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 60 people in 40 days, with 6000 euros at risk
    And 11 days pass
    Then nobody got the mail "event_publish_warning"
    When 4 days pass
    Then "Lea" got the mail "event_publish_warning"
    And the mail "event_publish_warning" of "Lea" says "2 janvier 2027", and "Événements"
    When 7 days pass
    Then "Lea" got the mail "event_publish_missed"
    And the calendar of the office says that its page is late
    When "Eva" says APPROVE
    And 1 days pass
    Then "Lea" got 1 mails "event_publish_warning"
    And "Lea" got 1 mails "event_publish_missed"
    When "Fin" says APPROVE
    Then the event is published, too late

  Scenario: P4.5, what is proposed 20 days before is short of time, and never late
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "TALK" for 60 people in 20 days, with a politician
    And 3 days pass
    Then nobody got the mail "event_publish_warning"
    And nobody got the mail "event_publish_missed"
