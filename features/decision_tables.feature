Feature: A decision table that contradicts itself is not saved
  A table says one thing for one case. Where two of its rows hold for the same input, nobody can know which was meant.

  Scenario: Two rows of a UNIQUE table overlap (X5)
    Given the table "reduction" of the policy UNIQUE with the inputs "age, years"
    And its row 1: "< 30; -" gives "half"
    And its row 2: ">= 30; < 3" gives "young"
    And its row 3: "[28..40]; >= 2" gives "quarter"
    When the table is deployed
    Then the deployment is refused for the rows 1, 3 and for the rows 2, 3
    And each refusal shows an input that hits both rows
    And nothing was deployed

  Scenario: The same table once its rows exclude one another
    Given the table "reduction" of the policy UNIQUE with the inputs "age, years"
    And its row 1: "< 30; -" gives "half"
    And its row 2: ">= 30; < 3" gives "young"
    And its row 3: ">= 30; >= 3" gives "quarter"
    When the table is deployed
    Then the table is deployed
