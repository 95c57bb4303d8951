Feature: An incident at an event
  Told within 24 hours by whoever runs the event, looked at on the next working day, told to the insurer in time.

  Background:
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And 41 days pass

  Scenario: P4.7, somebody is hurt: office and general delegate look at it, and the insurer is told
    When "Lea" tells of an ACCIDENT of 3 hours ago, somebody hurt
    Then "Lea" got the mail "event_incident_received"
    And the incident was told in time, and 5 working days are left to tell the insurer
    And "Eva" and "Del" may look at the incident that was told, "Fin" may not
    When "Del" says that the insurer must know, and "Nous vous appelons ce matin"
    Then the mail "event_incident_answer" of "Lea" says "Nous vous appelons ce matin", and "accident"
    When "Eva" tells the insurer, who answers with "SIN-4711"
    Then nobody has anything to do about the incident

  Scenario: P4.7, told after 24 hours it is late, and damage that no insurer covers ends with the answer
    When "Lea" tells of a DAMAGE of 25 hours ago
    Then the incident was told late, and 5 working days are left to tell the insurer
    And "Eva" may look at the incident that was told, "Del" may not
    When "Eva" says that the insurer need not know, and "Le verre est payé"
    Then the mail "event_incident_answer" of "Lea" says "Le verre est payé", and "dégât"
    And nobody has anything to do about the incident

  Scenario: P4.5, the report shows what was told already and asks for the rest alone; each incident is counted once
    When "Lea" tells of an ACCIDENT of 3 hours ago
    And "Eva" says that the insurer need not know, and "Bon rétablissement"
    And 2 days pass
    Then "Lea" reads in her report that "accident" was told of already
    When "Lea" reports 18 people and calm
    Then nobody has anything to do about the incident
    And the figures of the year count 1 incident

  Scenario: P4.7, the insurer is told by the last day, however late the incident was told and looked at
    When "Lea" tells of an ACCIDENT of 24 hours ago
    And 4 days pass
    And "Eva" says that the insurer must know, and "Nous prévenons l’assureur"
    Then "Eva" has to tell the insurer by 2027-01-08, 09:00, and the head of the office is told then

  Scenario Outline: P4.7, the last day counts neither the closings of the office nor, after a theft, more than two days
    Given the office closes on its decided days
    When "Lea" tells of <kind> of <day>
    Then the insurer must know by <last>

    Examples:
      | kind        | day        | last       |
      | an ACCIDENT | 2026-07-31 | 2026-08-07 |
      | an ACCIDENT | 2026-12-23 | 2026-12-31 |
      | a THEFT     | 2026-12-23 | 2026-12-28 |

  Scenario: What is dated after the present moment is refused
    Then "Lea" cannot tell of an incident that happens in 2 hours

  Scenario Outline: A day of more than a year ago is a slip of the keyboard, and refused
    Then "Lea" cannot tell of an incident of the day <day>

    Examples:
      | day        |
      | 1026-11-28 |
      | 2006-11-28 |
      | 2025-12-31 |

  Scenario: The general delegate, who may look at what hurt somebody, may tell the insurer too
    When "Lea" tells of an ACCIDENT of 3 hours ago, somebody hurt
    And "Del" says that the insurer must know, and "Nous vous appelons ce matin"
    And "Del" tells the insurer, who answers with "SIN-4711"
    Then nobody has anything to do about the incident
