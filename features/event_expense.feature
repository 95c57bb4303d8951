Feature: Expenses of an event
  What a volunteer paid comes back; nobody approves his own.

  Scenario: Without a receipt it comes back, then goes through two hands and is paid
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And "Lea" asks 200 euros back without a receipt
    Then "Lea" got the mail "event_expense_returned"
    When "Lea" completes it with a receipt for 200 euros
    And "Eva" answers RETURN for the expenses
    And "Lea" completes it with a receipt for 200 euros
    And "Eva" answers APPROVE for the expenses
    And "Fin" answers APPROVE for the expenses
    And "Fin" pays the expenses
    Then the expenses of 200 euros are PAID
    And "Lea" got the mail "event_expense_paid"

  Scenario: Kilometres need no receipt, and may be refused
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And "Lea" asks 20 euros back for kilometres
    And "Eva" answers REFUSE for the expenses
    Then the expenses of 20 euros are REFUSED
    And "Lea" got the mail "event_expense_refused"
