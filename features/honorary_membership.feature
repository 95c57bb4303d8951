Feature: The committee appoints honorary members
  Somebody is proposed, the committee votes, a second member confirms; whoever is appointed pays no dues any more.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" is a member until 31 August 2027
    And "Ambre Delaunay" reads mails at "ambre@boite.example"

  Scenario: The vote is for it
    When "Ambre Delaunay" is proposed as an honorary member
    And the committee votes 9 to 0
    Then the standing is HONORARY with entitlement CURRENT
    And the letter "HONORARY_LETTER" is issued
    And the member received the mail "honorary_appointed"
    And the exit has ended at "member_is_honored"

  Scenario: The vote is against it
    When "Ambre Delaunay" is proposed as an honorary member
    And the committee votes 2 to 5
    Then the standing is MEMBER with entitlement CURRENT
    And the exit has ended at "was_not_appointed"
