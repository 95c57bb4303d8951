Feature: Somebody of the promotion says whether they know an applicant
  Where the register is not sure, two people of the promotion are asked. Each has a case and a link of their own, which
  shows nothing of the application but a name and a promotion.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Odile Marchand" and "Yann Prigent" are members of PGE 2013
    When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 5 March 1990, of PGE 2013
    And DATA decides PEERS in "check_diploma"

  Scenario: One knows the applicant, the other does not: the data staff decide
    When "Odile Marchand" answers YES about the applicant, "We shared a flat"
    And "Yann Prigent" answers NO about the applicant
    Then DATA has the task "check_diploma", due in 3 working days
    And DATA reads of the promotion: "Odile Marchand : oui (We shared a flat)" and "Yann Prigent : non"

  Scenario: One does not answer, and nobody is asked twice
    When "Odile Marchand" answers UNSURE about the applicant
    And 8 days pass
    Then DATA has the task "check_diploma", due in 3 working days
    And DATA reads of the promotion: "Odile Marchand : ne sait pas" and "Yann Prigent : pas de réponse"
    When DATA decides PEERS in "check_diploma"
    Then DATA has the task "check_diploma", due in 3 working days
