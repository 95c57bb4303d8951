Feature: A payment that does not arrive, or goes back, is followed up
  A bank rejects a direct debit, or the money goes back weeks later. The reason decides what follows; the order waits for
  its money again, the membership is what is paid, and a person speaks to the member before anything hurts.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" stands before the basket

  Rule: Money that goes back takes the membership with it

    Scenario: Seven weeks later the bank takes dues and gift back, and a transfer puts all of it right
      Given the applicant paid 260 by direct debit, 100 of it a gift
      Then the applicant is a member with entitlement NEW, from 7 December 2026 to 6 December 2027
      When 49 days pass
      And the bank returns the debit for MD06
      Then the membership has the entitlement PENDING_PAY
      And the foundation is told that the gift of 100 went back
      And MEMBERSHIP has "call_member" to do about 260
      When MEMBERSHIP agrees TRANSFER in "call_member"
      Then the applicant received the mail "transfer_details"
      When the statement of 15 February 2027 tells of 260 with "cotisation" and the order
      Then the membership has the entitlement NEW
      And the incident has ended at "payment_settled"
      And the foundation was told of a gift of 100 twice

    Scenario: A little less comes back, and the gift is what came
      Given the applicant paid 260 by direct debit, 100 of it a gift
      When 49 days pass
      And the bank returns the debit for MD06
      And MEMBERSHIP agrees TRANSFER in "call_member"
      And the statement of 15 February 2027 tells of 259 with "cotisation" and the order
      Then the incident has ended at "payment_settled"
      And the foundation was told at last of a gift of 99

    Scenario: The bank tells it twice, and nothing is done twice
      Given the applicant paid 260 by direct debit, 100 of it a gift
      When 49 days pass
      And the bank returns the debit for MD06
      And the bank returns the debit for MD06
      Then there is one incident
      And the case of payment_incident is found by the number in its title
      And the case of membership_application is found by the number in its title

    Scenario: Whoever gives up is credited, and the series has no gap
      Given the applicant paid 260 by direct debit, 100 of it a gift
      When the bank returns the debit for MD01
      And MEMBERSHIP agrees GIVES_UP in "call_member"
      Then the credit note "AV-2026-000001" of 160 is issued
      And the membership has the entitlement PENDING_PAY
      And the applicant received the mail "incident_closed"
      And the incident has ended at "order_closed"

  Rule: Without money on the account the debit is tried again, at most twice

    Scenario: The second debit arrives
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for AM04
      Then the membership has the entitlement GRACE
      And the applicant received the mail "sepa_retry"
      When FINANCE makes the collection file up to 31 January 2027
      And 15 days pass
      And the bank books the latest collection
      Then the membership has the entitlement NEW
      And the applicant received the mail "incident_settled"

    Scenario: Rejected three times, services are suspended and somebody calls
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for AM04
      And the bank rejects the next collection for AM04
      And the bank rejects the next collection for AM04
      Then MEMBERSHIP has "call_member" to do about 160
      And the membership has the entitlement SUSPENDED
      And the person is legally a MEMBER all the same
      And the applicant received the mail "membership_suspended"
      When MEMBERSHIP agrees GIVES_UP in "call_member"
      Then the membership has the entitlement PENDING_PAY

    Scenario: Nothing arrives in 45 days, then it does before anybody called
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for AM04
      And 46 days pass
      Then MEMBERSHIP has "call_member" to do about 160
      And the membership has the entitlement SUSPENDED
      When the statement of 15 February 2027 tells of 160 with "cotisation" and the order
      Then the membership has the entitlement NEW
      And the incident has ended at "payment_settled"

    Scenario: A part of it is not all of it
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for AM04
      And the statement of 20 December 2026 tells of 100 with "acompte" and the order
      Then MEMBERSHIP has "call_member" to do about 60

  Rule: An account that is closed is replaced

    Scenario: The member signs for another account
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for AC04
      Then the applicant received the mail "sepa_new_account"
      When the member signs a mandate for "FR14 2004 1010 0505 0001 3M02 606"
      And FINANCE makes the collection file up to 31 January 2027
      Then the latest file collects from "FR1420041010050500013M02606"

    Scenario: The member does not answer
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for AC04
      And 16 days pass
      Then MEMBERSHIP has "call_member" to do about 160
      And the membership has the entitlement SUSPENDED
      When MEMBERSHIP agrees RETRY in "call_member"
      Then the applicant received 2 mails "sepa_new_account"

  Rule: Services are suspended while a payment is in question, the legal membership is not

    Scenario: A card payment is disputed, and the dispute is won
      Given the applicant paid 160 by card
      When the card payment is disputed
      Then the membership has the entitlement SUSPENDED
      And the person is legally a MEMBER all the same
      And FINANCE has "decide_by_hand" to do about 160
      When the dispute is won
      Then the membership has the entitlement NEW
      And the incident has ended at "payment_settled"

    Scenario: Two causes are lifted one by one
      Given the applicant paid 160 by card
      When the card payment is disputed
      And the membership is suspended
      And the dispute is won
      Then the membership has the entitlement SUSPENDED

  Rule: A death is never assumed, and nobody is written to meanwhile

    Scenario: It is true
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for MD07
      Then no mail may leave for the member
      When DATA finds CONFIRMED in "confirm_death"
      Then the membership has the entitlement ENDED
      And all processes are told that the member has died
      And no mandate of the member stands

    Scenario: It is a mistake of the bank
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for MD07
      And DATA finds MISTAKE in "confirm_death"
      Then mails may leave for the member again
      And FINANCE has "decide_by_hand" to do about 160

  Rule: What no rule knows is decided by the accounts

    Scenario: Another reason
      Given the applicant paid 160 by direct debit, 0 of it a gift
      When the bank returns the debit for XX99
      Then FINANCE has "decide_by_hand" to do about 160
      When FINANCE agrees NEW_ACCOUNT in "decide_by_hand"
      Then the applicant received the mail "sepa_new_account"

    Scenario: A debit that was never paid is rejected
      Given the applicant is to pay 160 by direct debit
      When the bank rejects the next collection for AM04
      And FINANCE makes the collection file up to 31 January 2027
      And the bank books the latest collection
      Then the membership has the entitlement NEW
      And there is one incident
