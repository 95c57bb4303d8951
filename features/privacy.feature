Feature: What people decide about their data is heard
  The association writes to nobody more than once a day, and what somebody decides about their data holds from that moment on.

  Scenario: What waits for somebody is one mail a day
    Given "Ambre" wants the news
    When the news "Un dîner" and "Un atelier" are prepared for "Ambre" at 21:00
    Then nothing has left for "Ambre"
    When it is 8:00 on the next day
    Then "Ambre" received one mail that holds "Un dîner" and "Un atelier"

  Scenario: P10.12.3, an objection holds for what was prepared before
    Given "Ambre" wants the news
    When the news "Un dîner" and "Un atelier" are prepared for "Ambre" at 7:30
    And "Ambre" stops the news by the link of a mail
    And it is 9:05 on the same day
    Then nothing has left for "Ambre"

  Scenario: Two people decide on an erasure, and what the law holds back stays
    Given "Ambre" has paid an order
    When two people decide that "Ambre" is erased
    Then nothing tells of "Ambre" any more
    And her order is kept, of nobody

  Scenario: X1 and P10.12.1, the same person is member, donor, mentor, mentee, group lead and facilitator, and is erased
    Given "Zoe Lambert" and the mentor "Camille Martin" said yes
    And "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    And "Zoe" leads that group too, and facilitates a career group
    And "Zoe Lambert" lives in Paris
    And FOUNDATION_GIFTS enters a gift of 200 by TRANSFER of "Zoe Lambert"
    And "Zoe Lambert" gives 30 MONTHLY by SEPA from 7 January 2027
    When "Zoe Lambert" writes first
    And both say GO after the call
    And "Zoe Lambert" writes the agreement
    And both sign
    And "Zoe Lambert" offers to mentor, with 12 years of experience
    And "Zoe Lambert" attends the training
    And "Lea" proposes "DINNER" for 2 people in 80 days, at 20 euros with 0 euros at risk
    And "Zoe" registers and pays
    And the next date comes
    And the check-in is answered with 5 and 4
    And the next date comes
    And forms about "Zoe" are half filled, by her and by "Eva"
    And two people decide that "Zoe", who stops her gift, is erased
    And 2 hours pass
    Then the mail "pair_ended" reached "Camille Martin"
    And nothing of hers goes on: pair, places, seat, regular gift, mandates
    And 20.00 euros are due for the seat that she paid
    And nothing tells of "Zoe" any more
    And no case, task, form half filled, job, message or mail holds "Zoe", "Lambert" or the number of the person
    And the receipt of 200 stays, restricted, of nobody whom a case knows
