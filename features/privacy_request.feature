Feature: Whoever asks about their data is answered in time
  A request is acknowledged at once, its identity is doubted only for a reason, one person decides and another confirms,
  and the answer leaves within the month that the law sets, or within three where the person was told in time.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" is a member until 31 August 2027
    And "Ambre Delaunay" reads mails at "ambre@boite.example"
    And data protection and the general delegate read their mails

  Scenario: A member exercises several rights at once, and nobody decides alone
    When the member asks for RESTRICT, OBJECT, WITHDRAW_CONSENT and RECTIFY
    Then the member received the mail "privacy_acknowledged"
    And the answer is due on 23 December 2026
    When the DPO decides GRANTED and writes "Delaunay-Roy" as the name in use
    Then whoever decided cannot confirm it
    When the general delegate sends it back
    And the DPO decides GRANTED and writes "Delaunay-Roy" as the name in use
    And the general delegate confirms
    Then the member received the mail "privacy_answered"
    And the request has ended at "request_answered" as ANSWERED
    And the data of "Ambre Delaunay" are restricted, without consents, and under the name "Delaunay-Roy"

  Scenario: A letter of which nobody knows who wrote it
    When a letter that asks for ACCESS arrived on 31 October 2026
    Then the answer is due on 30 November 2026
    And the member received the mail "privacy_identity"
    When 8 days pass
    Then the member received the mail "privacy_identity_reminder"
    When 25 days pass
    Then the member received the mail "privacy_closed"
    And the request has ended at "request_closed" as UNIDENTIFIED

  Scenario: A complex request is extended in time, once, and those who answer for it are warned
    When a letter that asks for PORTABILITY arrived on 20 November 2026
    And the DPO finds that it is the person
    And the DPO extends the time, because "Les archives sont à rassembler."
    Then the member received the mail "privacy_extended"
    And the answer is due on 20 February 2027
    And the time cannot be extended again
    When 90 days pass
    Then data protection and the general delegate were warned

  Scenario: An erasure keeps what the law holds back, says so, and comes a day after the answer
    Given "Ambre Delaunay" has a mandate and owes 160
    When the member asks for ERASE
    Then the task shows what is held back
    When the DPO decides PARTLY, because "La comptabilité est gardée dix ans."
    And the general delegate confirms
    Then the member received the mail "privacy_answered"
    And "Ambre Delaunay" is still known
    When 2 days pass
    Then nothing tells of "Ambre" any more

  Scenario: P10.12.1, a regular gift stops by the person's word alone; kept, it puts the erasure off
    Given "Ambre Delaunay" gives 30 euros a month
    When the member asks for ERASE
    Then an erasure cannot be decided without her word on the gift
    When the DPO notes that the gift goes on, and decides PARTLY, because "Le don continue."
    And the general delegate confirms
    Then the answer says "quand il aura pris fin"
    When 3 days pass
    Then "Ambre Delaunay" is still known
    When her gift has ended
    And 3 days pass
    Then nothing tells of "Ambre" any more
