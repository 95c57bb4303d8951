Feature: A doubt about who somebody is is settled in time
  Services close while it is not clear who uses an account; the legal membership does not change. The person is told, may
  show who they are, and somebody who did not report the doubt decides.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" is a member until 31 August 2027
    And "Ambre Delaunay" reads mails at "ambre@boite.example"
    And DATA reports a doubt about "Ambre Delaunay"

  Scenario: The member shows who they are, and whoever reported it does not decide
    Then the standing is MEMBER with entitlement SUSPENDED
    And the member received the mail "identity_disputed"
    And a second doubt is refused
    When 8 days pass
    Then the member received the mail "identity_reminder"
    When the member shows a document
    Then whoever reported it cannot decide
    When the general delegate finds ASK_AGAIN
    And the member shows a document
    And the general delegate finds CONFIRMED
    Then the standing is MEMBER with entitlement CURRENT
    And the member received the mail "identity_confirmed"
    And the doubt has ended at "identity_is_confirmed", and the document will be erased

  Scenario: Nobody answers, and the proof comes late
    When 22 days pass
    And the general delegate finds NOT_PROVEN
    Then the standing is MEMBER with entitlement SUSPENDED
    And the member received the mail "identity_unproven"
    When MEMBERSHIP notes the end PROVEN
    Then the standing is MEMBER with entitlement CURRENT

  Scenario: Nobody answers, and the membership ends
    When 22 days pass
    And the general delegate finds NOT_PROVEN
    And MEMBERSHIP notes the end GONE
    Then the standing is MEMBER with entitlement SUSPENDED
    And the case has ended at "identity_is_refuted"
