Feature: Answers to mails are found on their case
  Whoever answers a mail of the association is heard: the answer stands on the case, and whoever works on it is told.

  Background:
    Given the association reads its mailbox
    And "Odile Roux" works in MEMBERSHIP and DATA

  Scenario: A reply to a mail is found on its case
    Given "Ambre Delaunay" applies as a GRADUATE, born on 4 March 1990, of PGE 2013
    When the applicant answers the mail "confirm_email" with "Je n’ai pas reçu le lien."
    Then the case shows the answer "Je n’ai pas reçu le lien."

  Scenario: Whoever has the work in hand is told, once
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013
    And "Ambre Delaunay" applies as a GRADUATE, born on 5 March 1990, of PGE 2013
    When the applicant confirms the address
    Then a person of the association has a task in the case
    When the applicant answers the mail "confirm_email" with "Voici ma carte d’étudiante."
    And the same answer arrives again
    Then "Odile Roux" is told that an answer arrived

  Scenario: A machine answers, and nobody answers back
    Given "Ambre Delaunay" applies as a GRADUATE, born on 4 March 1990, of PGE 2013
    When a machine answers the mail "confirm_email" with "Je suis absente jusqu’au 3."
    Then the case shows the answer "Je suis absente jusqu’au 3."
    And nobody is told

  Scenario: A mail comes back as undeliverable
    Given "Ambre Delaunay" applies as a GRADUATE, born on 4 March 1990, of PGE 2013
    When the mail "confirm_email" comes back as undeliverable
    Then the case shows that a mail did not arrive
