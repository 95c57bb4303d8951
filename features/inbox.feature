Feature: An inbox that forgives
  Whoever answers forty tasks a day answers one of them wrongly. It can be taken back as long as nothing has left the house.

  Scenario: A wrong answer is taken back before anything left
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 5 March 1990, of PGE 2013
    When DATA answers PROOF for "check_diploma" in the inbox
    And DATA takes the answer of "check_diploma" back
    Then DATA has the task "check_diploma", due in 3 working days
    And the applicant received 0 mails "proof_requested"
    When DATA answers ADMIT for "check_diploma" in the inbox
    And 1 minutes pass
    Then the applicant received 0 mails "proof_requested"
    And the applicant is asked to "give_consents"

  Scenario: What has left the house is not taken back
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 5 March 1990, of PGE 2013
    When DATA answers PROOF for "check_diploma" in the inbox
    And 1 minutes pass
    Then the applicant received the mail "proof_requested"
    And the answer of "check_diploma" is not taken back, because "request_proof" has left the house
