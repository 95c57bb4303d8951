Feature: A guest takes part in one service
  Somebody of another school comes for a career group, a workshop or an event. No diploma is checked, the fee goes to the
  association, and the access ends with the service.

  Rule: A service asks, and is answered

    Scenario: A workshop enrols a guest, who pays by card
      Given a WORKSHOP asks to enrol the guest "Sabah El Idrissi Benali" until 15 January 2027
      Then the guest is asked to "choose_means"
      When the guest chooses CARD
      And the guest pays 60
      Then the invoice of the guest is 60 for the association, as a fee
      And the service is told that the guest is ready
      And the guest received the mail "guest_welcome"
      And the guest is no member, with entitlement CURRENT to 15 January 2027
      And the guest stands in no directory
      When 60 days pass
      Then the guest is no member, with entitlement ENDED to 15 January 2027
      And the guest's case has ended at "guest_has_left"

    Scenario: The service ends earlier than it said
      Given an EVENT asks to enrol the guest "Sabah El Idrissi Benali" until 15 January 2027
      When the service ends
      Then the guest is no member, with entitlement ENDED to 15 January 2027

    Scenario: A second service keeps the access open
      Given an EVENT asks to enrol the guest "Sabah El Idrissi Benali" until 15 January 2027
      And a second EVENT enrols the same guest until 15 March 2027
      When 60 days pass
      Then the guest is no member, with entitlement CURRENT to 15 March 2027

    Scenario: The guest becomes a member
      Given an EVENT asks to enrol the guest "Sabah El Idrissi Benali" until 15 January 2027
      When the guest joins the association
      Then the guest's case has ended at "guest_is_member"

  Rule: Without the fee there is no access

    Scenario: A transfer that does not arrive
      Given a WORKSHOP asks to enrol the guest "Sabah El Idrissi Benali" until 30 June 2027
      When the guest chooses TRANSFER
      Then the guest received the mail "transfer_details"
      When 16 days pass
      Then the guest received the mail "guest_unpaid"
      And the service is told that the guest does not come
      And the guest's case has ended at "fee_was_not_paid"

    Scenario: Too little is not enough
      Given a WORKSHOP asks to enrol the guest "Sabah El Idrissi Benali" until 15 January 2027
      When the guest chooses CARD
      And the guest pays 20
      Then the element "announce_guest" was not entered
      When the guest pays 40
      Then the service is told that the guest is ready

    Scenario: The guest never chooses
      Given a WORKSHOP asks to enrol the guest "Sabah El Idrissi Benali" until 15 January 2027
      When 16 days pass
      Then the guest's case has ended at "fee_was_not_paid"

  Rule: A form confirms its address first

    Scenario: The address is confirmed
      When "Sabah El Idrissi Benali" asks to come to an EVENT
      Then the guest received the mail "guest_confirm_email"
      When the guest confirms the address
      Then the guest received the mail "guest_welcome"

    Scenario: The address is not confirmed
      When "Sabah El Idrissi Benali" asks to come to an EVENT
      And 3 days pass
      Then the guest's case has ended at "request_has_expired"

    Scenario: Nobody knows the member who is said to invite
      Then a guest invited by the member 9999 is refused

  Rule: Who looks like somebody known is recognised by a person

    Scenario: It is another person
      Given the register knows the graduate "Sabah El-Idrissi", born on 7 July 1988, of the programme PGE 2011
      And an EVENT asks to enrol the guest "Sabah El Idrissi" until 15 January 2027
      Then DATA is asked to "review_guest"
      When DATA finds OTHER_PERSON about the guest
      Then the guest received the mail "guest_welcome"

    Scenario: The guest is not admitted
      Given the register knows the graduate "Sabah El-Idrissi", born on 7 July 1988, of the programme PGE 2011
      And an EVENT asks to enrol the guest "Sabah El Idrissi" until 15 January 2027
      When DATA finds REFUSE about the guest
      Then the service is told that the guest does not come
      And the guest's case has ended at "guest_was_refused"
