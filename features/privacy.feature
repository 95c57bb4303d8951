Feature: What people decide about their data is heard
  The association writes to nobody more than once a day, and what somebody decides about their data holds from that moment on.

  Scenario: What waits for somebody is one mail a day
    Given "Ambre" wants the news
    When the news "Un dîner" and "Un atelier" are prepared for "Ambre" at 21:00
    Then nothing has left for "Ambre"
    When it is 8:00 on the next day
    Then "Ambre" received one mail that holds "Un dîner" and "Un atelier"

  Scenario: An objection holds for what was prepared before
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
