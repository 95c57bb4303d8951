Feature: A membership ends, and ends well
  Whoever leaves is let go at once and keeps what was paid for. Nobody is removed without a letter, a hearing and a vote
  that a second person confirms. A death is believed when somebody has checked it, and then nothing goes on by itself.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" is a member until 31 August 2027
    And "Ambre Delaunay" reads mails at "ambre@boite.example"

  Rule: A member may resign at any time

    Scenario: The standing ends on the day that was chosen, the services with the period that was paid
      Given "Ambre Delaunay" has a mandate and owes 160
      When the member resigns for 1 December 2026, because of COST
      Then the member received the mail "resignation_received"
      And the letter "RESIGNATION_RECEIPT" is issued
      And the standing is MEMBER with entitlement CURRENT
      When 9 days pass
      Then the standing is RESIGNED with entitlement CURRENT
      And nothing is renewed or debited any more
      And all processes are told that the membership has ended
      When 275 days pass
      Then the standing is RESIGNED with entitlement ENDED
      And the exit has ended at "exit_completed"

    Scenario: Who resigns in grace has no paid period left
      Given "Ambre Delaunay" is a member until 15 November 2026
      When the member resigns for today, because of MOVED_AWAY
      Then the standing is RESIGNED with entitlement ENDED
      And the exit has ended at "exit_completed"

    Scenario: A member changes their mind before the day
      When the member resigns for 1 December 2026, because of DISAGREEMENT
      And the member takes the resignation back
      Then the member received the mail "resignation_withdrawn"
      And the standing is MEMBER with entitlement CURRENT
      And the exit has ended at "resignation_withdrawn"

    Scenario: A letter of resignation arrives by post
      When MEMBERSHIP opens an exit of the kind RESIGNATION
      Then the letter "RESIGNATION_RECEIPT" is issued
      And the standing is RESIGNED with entitlement CURRENT

    Scenario: A second resignation is refused while the first is on its way
      When the member resigns for 1 December 2026, because of COST
      Then a second resignation is refused

    Scenario: Somebody who came back keeps what was paid for
      When the member resigns for today, because of COST
      And "Ambre Delaunay" is a member again until 31 August 2028
      And 300 days pass
      Then the standing is MEMBER with entitlement CURRENT

    Scenario: One half of a couple leaves
      Given "Ambre Delaunay" joined as the second half of a couple with "Basile Mercier"
      When the member resigns for today, because of OTHER
      Then MEMBERSHIP is asked to "inform_partner"
      When MEMBERSHIP tells the other half
      Then the two are no couple any more
      And "Basile Mercier" is still a member

  Rule: Nobody is removed without a letter, a hearing and a vote

    Scenario: Unpaid dues lead to a removal in the end
      Given "Ambre Delaunay" has let the membership lapse
      When MEMBERSHIP opens an exit of the kind NON_PAYMENT
      Then the letter "FORMAL_NOTICE" is issued
      And the member received the mail "formal_notice_sent"
      When MEMBERSHIP posts the formal notice, received on 1 December 2026
      And 30 days pass
      Then the standing is MEMBER with entitlement LAPSED
      When 10 days pass
      And COMMITTEE hears the member
      And the committee votes 7 to 1
      Then the standing is MEMBER with entitlement LAPSED
      When MEMBERSHIP notifies the decision
      Then the letter "REMOVAL_NOTICE" is issued
      And the standing is REMOVED with entitlement ENDED
      And the exit has ended at "exit_completed"

    Scenario: The dues are paid before the notice ends
      Given "Ambre Delaunay" has let the membership lapse
      When MEMBERSHIP opens an exit of the kind NON_PAYMENT
      And MEMBERSHIP posts the formal notice, received on 1 December 2026
      And the dues are paid
      Then the member received the mail "membership_kept"
      And the standing is MEMBER with entitlement CURRENT
      And the exit has ended at "membership_was_kept"

    Scenario: The dues were paid while nobody told
      Given "Ambre Delaunay" has let the membership lapse
      When MEMBERSHIP opens an exit of the kind NON_PAYMENT
      And MEMBERSHIP posts the formal notice, received on 1 December 2026
      And "Ambre Delaunay" is a member again until 31 August 2028
      And 40 days pass
      Then the exit has ended at "membership_was_kept"

    Scenario: A serious cause suspends the services until the committee has decided
      When MEMBERSHIP opens an exit of the kind DISCIPLINARY
      Then the standing is MEMBER with entitlement SUSPENDED
      When MEMBERSHIP posts the formal notice, received on 1 December 2026
      And 40 days pass
      And COMMITTEE hears the member
      And the committee votes 3 to 3
      Then the standing is MEMBER with entitlement CURRENT
      And the member received the mail "membership_kept"

    Scenario: Four eyes see a vote, and none of them is the person's own
      When MEMBERSHIP opens an exit of the kind DISCIPLINARY
      And MEMBERSHIP posts the formal notice, received on 1 December 2026
      And 40 days pass
      And COMMITTEE hears the member
      Then whoever recorded the vote cannot confirm it
      And the member cannot vote about themselves
      When the committee finds the record wrong and votes 5 to 0
      And MEMBERSHIP notifies the decision
      Then the standing is REMOVED with entitlement ENDED

    Scenario: Statutes that take unpaid dues for a resignation need a vote and a notice
      Given the statutes take unpaid dues for a resignation
      And "Ambre Delaunay" has let the membership lapse
      When MEMBERSHIP opens an exit of the kind NON_PAYMENT
      And the committee votes 6 to 0
      And MEMBERSHIP notifies the decision
      Then the standing is REMOVED with entitlement ENDED

  Rule: Where no rule holds, the general delegate decides

    Scenario: It is a resignation after all
      When MEMBERSHIP opens an exit of the kind OTHER
      And GENERAL_DELEGATE decides for the way RESIGNATION
      Then the standing is RESIGNED with entitlement CURRENT

    Scenario: The membership goes on
      When MEMBERSHIP opens an exit of the kind OTHER
      And GENERAL_DELEGATE decides for the way KEEP
      Then the exit has ended at "membership_was_kept"

  Rule: A death is checked, and then nothing goes on by itself

    Scenario: It is true, and every open case is looked at by a person
      Given "Ambre Delaunay" has an open case at the accounts
      When MEMBERSHIP opens an exit of the kind DEATH
      Then no mail may leave for the member
      When DATA finds in the register of deaths that it is true
      Then the standing is DECEASED with entitlement ENDED
      When 2 hours pass
      Then FINANCE is asked to "review_case"
      When FINANCE has looked at the case
      And MEMBERSHIP has spoken with the family, who ask for a memorial note
      And EDITOR has written the memorial note
      Then the exit has ended at "death_is_registered"
      And no mail was ever sent

    Scenario: P1.12.3, the pair and the mandate of whoever has died are looked at by a person each
      Given "Ambre Delaunay" works with the mentor "Camille Martin", and leads the group "Amis de Lyon"
      When MEMBERSHIP opens an exit of the kind DEATH
      And DATA finds in the register of deaths that it is true
      And 2 hours pass
      Then MENTORING is asked about the pair, and GROUPS about "Mandat : Responsable de groupe, Amis de Lyon"
      And the mandate of "Ambre Delaunay" is over, and nothing was written about it

    Scenario: No memorial note unless it is asked for
      When MEMBERSHIP opens an exit of the kind DEATH
      And DATA finds in the register of deaths that it is true
      And 2 hours pass
      And MEMBERSHIP has spoken with the family, who ask for nothing
      Then the exit has ended at "death_is_registered"

    Scenario: It is a mistake
      When MEMBERSHIP opens an exit of the kind DEATH
      And DATA finds in the register of deaths that it is wrong
      Then mails may leave for the member again
      And the standing is MEMBER with entitlement CURRENT
      And the exit has ended at "report_was_mistaken"

  Rule: An erasure that was approved ends the membership

    Scenario: Nothing is asked of anybody
      When the erasure of "Ambre Delaunay" is approved
      Then the standing is RESIGNED with entitlement ENDED
      And the exit has ended at "exit_completed"
