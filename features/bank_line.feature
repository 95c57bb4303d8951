Feature: A line of the account that nobody knows is somebody's task until it is decided

  Background:
    Given an order of 160 euros of "Ambre Delaunay"

  Scenario: What was read is shown, and the line is booked for the order that a person chooses
    When a statement brings 160 euros with "merci" from "DELAUNAY AMBRE"
    Then FINANCE has the line to decide within 5 working days
    And its orders to choose from begin with the one of 160 euros
    And the case is titled "Ligne de banque du 23/11/2026 · 160,00 €" and "Bank line of 23/11/2026 · €160.00"
    When FINANCE says that the line pays the order
    Then the order is paid by 160 euros, and the line belongs to it
    And the case of the line has ended at "line_is_settled"

  Scenario: A line that is certain is nobody's task
    When a statement brings 160 euros with "the order" from "DELAUNAY AMBRE"
    Then nobody has a line to decide

  Scenario: One transfer for an order and for something else is divided; the rest waits by itself
    When a statement brings 200 euros with "deux choses" from "DELAUNAY AMBRE"
    And FINANCE says that 160 euros of the line pay the order
    Then the order is paid by 160 euros, and the line belongs to it
    And FINANCE has a line of 40 euros to decide
    When the same statement is read again under another number
    Then FINANCE has a line of 40 euros to decide
    And the lines of the account are 200 euros in all

  Scenario: A part that is more than the line, a number of no order, and no reason are refused, and nothing is booked
    When a statement brings 200 euros with "merci" from "DELAUNAY AMBRE"
    Then a part of 200.01 euros is refused beside "part"
    And the order "CMD-2026-999999" is refused beside "order_key"
    And setting the line aside without a reason is refused beside "reason"
    And FINANCE has a line of 200 euros to decide

  Scenario: Nobody books a line for an order of the own
    When a statement brings 160 euros with "merci" from "DELAUNAY AMBRE"
    Then FINANCE cannot say that the line pays an order of the own

  Scenario: A line is none of ours, for a reason that stays with it
    When a statement brings 12 euros with "loyer" from "SCI DU PARC"
    And FINANCE sets the line aside, because "loyer du voisin"
    Then the line is set aside because "loyer du voisin"
    And the case of the line has ended at "line_is_settled"

  Scenario: Money that is not for us is sent back, and the transfer is noted
    When a statement brings 75 euros with "erreur" from "SCI DU PARC"
    And FINANCE says that the line must be sent back, because "virement par erreur"
    Then FINANCE has the money to send back within 5 working days
    And a transfer back of the day before the line is refused beside "returned_on"
    When FINANCE sends it back with the reference "VIR 7"
    Then the line went back on this day by "VIR 7"
    And the case of the line has ended at "money_went_back"
    And the line cannot be taken up again

  Scenario: What is decided on the page of the bank is nobody's task any more
    When a statement brings 160 euros with "merci" from "DELAUNAY AMBRE"
    And the line is decided on the page of the bank
    Then the case of the line has ended at "settled_on_page"
    And nobody has a line to decide

  Scenario: A line that is taken up again is asked about again, and is sent back no more
    When a statement brings 75 euros with "erreur" from "SCI DU PARC"
    And FINANCE says that the line must be sent back, because "virement par erreur"
    And the line is taken up again on the page of the bank
    Then the case of the line has ended at "taken_up_again"
    And FINANCE has a line of 75 euros to decide

  Scenario: A line of an account in another currency is told in it
    When a statement of an account in CHF brings 160 with "merci" from "DELAUNAY AMBRE"
    Then the case is titled "Ligne de banque du 23/11/2026 · 160,00 CHF" and "Bank line of 23/11/2026 · CHF160.00"
    And the line is told as "160,00 CHF reçus" and "CHF160.00 received"

  Scenario: What cannot be of the order that was chosen from the list is said beside the list
    Given the order was paid by a transfer of 160 euros
    When a statement takes 90 euros with "retour" to "DELAUNAY AMBRE" for the reason "AC04"
    Then that the money of the chosen order went back is refused beside "order"

  Scenario: Money that came back without an id is told to be that of an order
    Given the order was paid by a transfer of 160 euros
    When a statement takes 160 euros with "retour" to "DELAUNAY AMBRE" for the reason "AC04"
    And FINANCE says that the money of the order went back
    Then the payment of the order is reversed
    And the case of the line has ended at "line_is_settled"

  Scenario: A fee of the bank is told to be one
    When a statement takes 3 euros with "frais" to "BANQUE" for the reason "MS03"
    And FINANCE says that it is a fee
    Then the line is a fee of the bank

  Scenario: Lines that waited before there were such cases are taken over, once
    Given a line of 33 euros waits from before
    When the lines that wait are taken over twice
    Then FINANCE has a line of 33 euros to decide

  Scenario: The Foundation's lines are for the Foundation
    When a statement of the Foundation brings 50 euros with "don" from "DELAUNAY AMBRE"
    Then FOUNDATION_GIFTS and FOUNDATION_TREASURER may decide the line, FINANCE may not
