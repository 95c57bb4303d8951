Feature: Somebody wants a seat in a career group
  Two people hear each candidate, a table proposes, a person says no. Places are offered one by one, in the order of
  admission; what was paid for a seat that is lost goes with its holder.

  Background:
    Given a cohort from 4 January 2027 is composed
    And the candidates "Ada", "Bea" and "Cyr"

  Scenario: From the form to the seat
    When "Ada" applies for the cohort, SEEKING, with 8 years of experience
    And "Ada" misses 2 sessions
    Then the candidate "Ada" received the mail "cohort_talk_ahead"
    When two people hear "Ada" and give 15 points
    And "Ada" answers YES to the offer and pays by CARD
    Then "Ada" owes 150 until 21 December 2026
    When "Ada" pays 150 for the seat
    Then "Ada" has a seat that is CONFIRMED
    And the invoice of "Ada" is 150
    And what "Ada" wrote is erased
    And the participation of "Ada" has begun

  Scenario: Somebody of another school comes in as a guest, and the access ends with the group
    Given "Sabah El Idrissi Benali" asks to come to a COHORT
    And the guest confirms the address
    And the cohort has 10 people
    When the guest "Sabah" applies for the cohort
    And "Sabah" misses 0 sessions
    And two people hear "Sabah", give 15 points and find no proof of looking for work
    And "Sabah" answers YES to the offer and pays by CARD
    And "Sabah" pays 500 for the seat
    Then the guest is no member, with entitlement CURRENT to 16 February 2028
    When the cohort has lost 0 people and begins
    Given "Sabah" has signed the charter
    When "Sabah" has found work
    And they agree that she LEAVES
    Then the guest is no member, with entitlement ENDED to 16 February 2028

  Scenario: A person decides where the table says no
    When "Ada" applies for the cohort, SEEKING, with 8 years of experience
    And "Ada" misses 4 sessions
    And CAREERS_HEAD decides TALK about "Ada"
    And two people hear "Ada" and give 10 points
    And CAREERS_HEAD decides TALK about "Ada"
    And two people hear "Ada" and give 4 points
    And CAREERS_HEAD decides DECLINE about "Ada", because "Votre projet est encore trop large"
    Then the candidate "Ada" received the mail "cohort_declined"
    And the mail "cohort_declined" has the words "trop large"
    And the mail "cohort_declined" has the words "une autre personne la reverra"
    And the admission of "Ada" has ended at "candidate_was_answered"

  Scenario: Another help comes first, and nothing is written of it
    When "Ada" applies for the cohort, SEEKING, with 8 years of experience
    And "Ada" misses 0 sessions
    And two people hear "Ada" and say OTHER_HELP
    And CAREERS_HEAD decides REFER about "Ada"
    Then the candidate "Ada" received the mail "cohort_refer"

  Scenario: The queue: silence gives the place to the next, who joins late
    Given the cohort has 11 people
    When "Ada" is admitted
    And "Bea" is admitted
    And 1 hours pass
    And "Cyr" is admitted
    Then the candidate "Bea" received the mail "cohort_waiting"
    When 4 days pass
    Then the candidate "Ada" received the mail "cohort_offer_reminder"
    When 2 days pass
    Then the candidate "Ada" received the mail "cohort_dropped"
    When "Bea" answers YES to the offer and pays by TRANSFER, asking for a scholarship
    And CAREERS_HEAD says GRANT of the scholarship
    Then "Bea" has a seat that is CONFIRMED
    When the cohort has lost 2 people and begins
    And somebody leaves after session 1
    Then who left is owed 75 by FINANCE
    When "Cyr" answers YES to the offer and pays by CARD
    And "Cyr" pays 150 for the seat
    Then "Cyr" has a seat that is RUNNING
    And "Cyr" is invited to 31 sessions

  Scenario: P2.7, the former manager of a participant does not join late: the seat goes to the next who waits
    Given the cohort has 12 people
    When "Bea" is admitted
    And 1 hours pass
    And "Cyr" is admitted
    And "Bea" works where somebody of the cohort does
    And the cohort has lost 2 people and begins
    And somebody leaves after session 1
    Then "Cyr" is offered the seat, and "Bea" waits for the next cohort

  Scenario: P2.12.2, the fee moves with its holder, and is refunded once
    Given "Ada" has paid 150 and has a seat
    When "Ada" loses the seat to the next cohort
    And "Bea" is admitted
    And "Bea" answers LATER to the offer
    And the next cohort, from 5 April 2027, is planned
    Then the candidate "Ada" received 2 mails "cohort_offer"
    When "Ada" answers YES to the offer and pays by CARD
    Then "Ada" has paid once, and has a seat in the next cohort
    And the candidate "Bea" received 2 mails "cohort_offer"

  Scenario: The group does not take place while a place in it is offered
    When "Ada" is admitted
    And "Ada" answers YES to the offer and pays by TRANSFER
    And the case of the group is ended by hand
    Then the candidate "Ada" received the mail "cohort_next"
    And the order of "Ada" is void
    When the next cohort, from 5 April 2027, is planned
    Then the candidate "Ada" received 2 mails "cohort_offer"

  Scenario: Whoever withdraws gets back what was paid
    Given "Ada" has paid 150 and has a seat
    When "Ada" loses the seat to the next cohort
    And "Ada" withdraws the application
    And FINANCE refunds 150
    Then the invoice of "Ada" is credited
    And the admission of "Ada" has ended at "withdrawal_is_over"

  Scenario: The fee is late, and then comes in two parts
    Given the cohort has 10 people
    When "Ada" is admitted
    And "Ada" answers YES to the offer and pays by TRANSFER
    And 29 days pass
    And CAREERS_ASST says WAIT of the fee
    And "Ada" pays 50 for the seat
    And "Ada" pays 100 for the seat
    Then "Ada" has a seat that is RUNNING

  Scenario: Nobody pays, nobody says the dates, and a year on the list
    Given the cohort has 10 people
    When "Ada" is admitted
    And "Ada" answers YES to the offer and pays by TRANSFER
    And "Bea" applies for the cohort, SEEKING, with 8 years of experience
    And "Cyr" is admitted
    And "Cyr" answers LATER to the offer
    And 11 days pass
    Then the admission of "Bea" has ended at "candidacy_was_dropped"
    When 18 days pass
    And CAREERS_ASST says DROP of the fee
    Then the admission of "Ada" has ended at "candidacy_was_dropped"
    When 300 days pass
    And CAREERS_HEAD decides WAIT_NEXT about "Cyr"
    And "Cyr" withdraws the application
    Then the admission of "Cyr" has ended at "withdrawal_is_over"

  Scenario: A person admits somebody of whom the table was not sure, who then says no
    When "Ada" applies for the cohort, SEEKING, with 8 years of experience
    And "Ada" misses 0 sessions
    And two people hear "Ada" and say OTHER_HELP
    And CAREERS_HEAD decides ACCEPT about "Ada"
    And "Ada" answers NO to the offer
    Then the admission of "Ada" has ended at "candidacy_was_dropped"
