Feature: The committee votes about a person
  A result counts when a second member of the committee has confirmed it; a tie decides nothing.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013

  Scenario Outline: What is decided
    Given a vote of the committee about "Ambre Delaunay" is due
    When <in_favour> vote for it and <against> against it, and a colleague confirms
    Then the proposal is <result>

    Examples:
      | in_favour | against | result   |
      | 4         | 3       | approved |
      | 3         | 3       | refused  |
      | 0         | 5       | refused  |

  Scenario: A vote without a voice is no vote
    Given a vote of the committee about "Ambre Delaunay" is due
    Then a vote of 0 to 0 is refused
