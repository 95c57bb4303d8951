Feature: Reminders climb a ladder, and each is checked again just before it leaves
  Any process asks for a ladder of dated reminders. A rung goes by mail, by letter, by a call, or back to the process that
  asked. After an outage what is older than two days is noted and not sent; what the law asks for goes to a person.

  Background:
    Given it is 2 July 2027 at 12:00
    And "Ambre Delaunay" of the class PGE 2013 is a member until 31 August 2027

  Rule: A call is made by the delegate of the class, else by the team

    Scenario: The delegate calls
      Given "Basile Roy" is the delegate of the class PGE 2013
      When the day 16 September 2027 is over
      Then "Basile Roy" is asked to call the member
      When "Basile Roy" notes WILL_RENEW of the call
      And the day 3 October 2027 is over
      Then the rungs are "MAIL renew_60 SENT, MAIL renew_30 SENT, MAIL renew_7 SENT, SMS renew_7 SKIPPED, MAIL grace_0 SENT, CALL call SENT, MAIL lapsed SENT"

    Scenario: Nobody calls, and the ladder goes on
      Given "Basile Roy" is the delegate of the class PGE 2013
      When the day 3 October 2027 is over
      Then the member was sent "lapsed" at last

    Scenario: The team calls, and the member wants no more reminders
      When the day 16 September 2027 is over
      Then MEMBERSHIP is asked to call the member
      When MEMBERSHIP notes NO_MORE of the call
      And the day 5 March 2028 is over
      Then the member was sent "renew_60, renew_30, renew_7, grace_0"
      And the member's entitlement is LAPSED

    Scenario: The team does not call
      When the day 3 October 2027 is over
      Then the member was sent "lapsed" at last

  Rule: A short message goes beside the last notice, to who asked for it

    Scenario: One telephone, one message, on one line that says no more than it must
      Given short messages leave by a system that takes them
      And the member has the mobile "+33612345678" and wants short messages
      When the day 3 October 2027 is over
      Then the rungs are "MAIL renew_60 SENT, MAIL renew_30 SENT, MAIL renew_7 SENT, SMS renew_7 SENT, MAIL grace_0 SENT, CALL call SENT, MAIL lapsed SENT"
      And one short message left to "+33612345678" that says "31 août 2027"

    Scenario: Nobody sends one unasked, or to a telephone on a wall
      Given short messages leave by a system that takes them
      And the member has the mobile "+33145678901" and wants short messages
      When the day 25 August 2027 is over
      Then no short message left, for NO_MOBILE
      And the member was sent "renew_60, renew_30, renew_7"

    Scenario: Who says no before it leaves gets none
      Given short messages leave by a system that takes them
      And the member has the mobile "+33612345678" and wants short messages
      When a short message waits in the night and the member wants no more of them
      Then no short message left, and its row says OPTED_OUT

    Scenario Outline: Whose renewal is not awaited any longer gets none
      Given short messages leave by a system that takes them
      And the member has the mobile "+33612345678" and wants short messages
      And the renewals are started
      When a short message about the renewal waits in the night and <meanwhile>
      Then no short message left, and its row says <reason>

      Examples:
        | meanwhile                  | reason   |
        | the member resigned        | SETTLED  |
        | its day came to its end    | OUTDATED |

    Scenario: At night it waits for the morning of a working day
      Given short messages leave by a system that takes them
      And the member has the mobile "+33612345678" and wants short messages
      When a short message is written on 27 August 2027 at 21:30
      Then it leaves on 30 August 2027 at 08:00

    Scenario: Without a system that sends them, they are kept and said to be
      Given the member has the mobile "+33612345678" and wants short messages
      When the day 25 August 2027 is over
      Then no short message left, for NO_PROVIDER

    Scenario Outline: Nobody heard whether it left, and a person says so
      Given short messages leave by a system that takes them
      And the member has the mobile "+33612345678" and wants short messages
      When a short message is handed over, the system does not answer, and a person says that it <said>
      Then the row of the short message says SENT, and the system was asked <asked> in all

      Examples:
        | said           | asked   |
        | went out       | once    |
        | did not go out | twice   |

    Scenario: P1.12.3, a death that comes before it leaves
      Given short messages leave by a system that takes them
      And the member has the mobile "+33612345678" and wants short messages
      When a short message waits in the night and the member has died
      Then no short message left, and its row says DECEASED

  Rule: Who cannot be reached by mail is reached by letter

    Scenario: No address for mails
      Given the member has no e-mail address
      When the renewals are started
      And the day 2 July 2027 is over
      Then a letter "renew_60" is to be posted

  Rule: After an outage nobody is flooded

    Scenario: X6, the clock jumps forty days: each rung once, in order, and only the last one is sent
      When the renewals are started
      And the clock jumps to 30 August 2027 at 10:00
      Then the rungs are "MAIL renew_60 SENT, MAIL renew_30 MISSED, MAIL_SMS renew_7 MISSED"
      When the clock jumps to 1 September 2027 at 10:00
      Then the rungs are "MAIL renew_60 SENT, MAIL renew_30 MISSED, MAIL_SMS renew_7 MISSED, MAIL grace_0 SENT"
      When the member wants no more reminders
      And the clock jumps to 12 October 2027 at 10:00
      Then the member was sent "renew_60, grace_0"

    Scenario: What the law asks for goes to a person
      Given a ladder with a notice that the law asks for on 10 July 2027
      When the clock jumps to 20 July 2027 at 10:00
      Then MEMBERSHIP is asked to "tell_by_hand"
      When MEMBERSHIP has told the member
      Then the ladder has ended

  Rule: Nobody is reminded after an objection

    Scenario: X6, none after opting out
      When the day 5 July 2027 is over
      And the member wants no more reminders
      And the day 15 October 2027 is over
      Then the member was sent "renew_60"
      And the rungs are "MAIL renew_60 SENT, MAIL renew_30 SKIPPED, MAIL_SMS renew_7 SKIPPED, MAIL grace_0 SKIPPED, CALL call SKIPPED, MAIL lapsed SKIPPED"
