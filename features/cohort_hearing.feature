Feature: A hearing after a breach of the charter
  Whoever is said to have broken the charter is heard before anything is decided, by somebody who reported nothing, and
  reads the reason. Leaving ends no group.

  Background:
    Given the rules say 6 sessions, a review at session 6
    And a cohort from 4 January 2027 with 10 people
    And the cohort has begun, and 0 people have left it

  Scenario: P2.7, a breach of confidence: heard, then out of the group
    When "Maud" reports CONFIDENTIALITY about "Ada"
    Then "Ada" reads in the mail "cohort_hearing": "ce qui se dit dans le groupe y reste"
    And "Maud" cannot report "Ada" a second time
    When "Ada" writes "Je croyais que c’était connu." as her account
    Then the hearing about "Ada" is open to the careers office, and not to "Maud"
    When the hearing about "Ada" finds EXIT, because "Trois personnes l’ont confirmé"
    Then "Ada" reads in the mail "cohort_excluded": "une autre personne reverra"
    And "Ada" reads in the mail "cohort_excluded": "Trois personnes"
    And the seat of "Ada" is LEFT, and 9 people sit in the cohort

  Scenario: Nothing was written, the charter is recalled, and the person stays
    When "Nils" reports SELLING about "Bea"
    And 8 days pass
    And the hearing about "Bea" finds REMIND, because "Une annonce, retirée aussitôt"
    Then "Bea" reads in the mail "cohort_heard": "retirée aussitôt"
    And the seat of "Bea" is RUNNING, and 10 people sit in the cohort
