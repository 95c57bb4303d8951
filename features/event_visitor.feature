Feature: Coming to an event without an account
  A visitor confirms an address, and nothing is kept without that. A seat passes to somebody else with what was paid.

  Scenario: Somebody who is not in the register comes, and somebody else never confirms
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days, open to all
    And "Una" asks to come without an account
    And "Ola" asks to come without an account
    And "Una" asks again for the same, and no second mail leaves
    And "Ola" asks again, for 2 people, and each mail says what it confirms
    And "Ola" asks again, with a diet of "sans gluten", and can tell which mail is which
    When "Una" confirms the address
    Then "Una" is in the register by name, address and language alone
    And "Una" has a ticket, and an invitation of sequence 0
    And "Una" comes with 1 people
    When 3 days pass
    Then nothing is kept of "Ola"
    When 39 days pass
    Then "Una" got the mail "event_thanks"
    When "Una" is erased after the visit
    Then nothing leads from the visit to anybody

  Scenario: Visitors wait behind members, and who confirms twice is told so
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 1 people in 40 days, open to all
    And "Max" registers
    And "Una" asks to come without an account
    And "Una" confirms the address
    And "Zoe" registers and waits
    And "Una" asks once more to come
    And "Una" confirms the address
    Then "Una" heard that it cannot be, and no mail keeps the address
    And "Max" cannot hand the seat over to "Ida": people wait
    When "Max" withdraws
    Then "Zoe" is offered a seat

  Scenario: Nobody takes the seat: whoever offered it hears so, and still has it
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days, open to all
    And "Max" registers
    And "Zoe" registers
    And "Max" hands the seat over to "Zoe"
    And "Zoe" confirms the address
    Then "Max" got the mail "event_gift_failed"
    When "Max" hands the seat over to "Una"
    And 3 days pass
    Then "Max" got the mail "event_gift_expired"
    And nothing is kept of "Una"
    And the registration of "Max" is CONFIRMED, with a score of none
    When "Max" hands the seat over to "Ola"
    And "Ola" confirms the address
    And 39 days pass
    Then nobody is asked for diet and access any more

  Scenario: A paid seat passes to somebody else, who withdraws: the money goes back to whoever paid
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 2 people in 40 days, at 20 euros with 0 euros at risk, open to all
    And "Max" registers and pays
    And "Max" hands the seat over to "Una"
    And "Max" hands the seat over to "Ida"
    And "Una" confirms the address
    Then the seat of "Max" is GIVEN, and "Una" has it, paid by order of "Max"
    And "Max" got the mail "event_seat_given" with METHOD:CANCEL
    And "Una" tells a diet of "sans gluten", as whoever registers may
    And "Una" has a ticket, and an invitation of sequence 0
    When "Ida" confirms the address
    Then "Ida" heard that it cannot be, and no mail keeps the address
    And nothing is kept of "Ida"
    And nobody got the mail "event_gift_failed"
    When "Una" hands the seat over to "Ola"
    And at once "Una" withdraws and "Ola" confirms the address
    Then the seat of "Una" is GIVEN, and "Ola" has it, paid by order of "Max"
    And nothing is due
    When "Ola" withdraws
    Then 20.00 euros are due for the seat of "Ola", by the order of "Max"
    And "Max" cannot hand the seat over to "Ida": it is too late

  Scenario: The event is called off before the address is confirmed: whoever confirms is told, and nothing is kept
    Given "Lea" leads the group "Amis de Lyon"
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days, open to all
    And "Una" asks to come without an account
    And the event is called off
    And "Una" confirms the address
    Then "Una" heard that it cannot be, and no mail keeps the address
    And nothing is kept of "Una"
