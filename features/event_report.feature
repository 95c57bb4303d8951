Feature: The report of an event
  Asked for, asked for again, and without it no new event; then the accounts.

  Scenario: It is late, blocks its organiser, and unblocks him
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And 75 days pass
    Then "Lea" got 2 mails "event_report_due"
    And "Lea" got the mail "event_report_missing"
    And "Lea" is blocked
    When "Lea" reports 18 people and an accident
    And "Eva" looks at the incident
    Then "Lea" is not blocked
    When 15 days pass
    And "Fin" closes the accounts at 42 euros
    Then "Lea" is not blocked

  Scenario: X12, the mandate of the lead ends before the report: the successor writes it
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And 42 days pass
    And "Wim" leads the group in the place of "Lea"
    And 9 days pass
    Then "Wim" got 1 mails "event_report_due"
    And "Lea" may not write the report
    When "Wim" reports 18 people and calm
    Then no report is asked for

  Scenario: Whoever organises is erased before the report, and nobody leads the group: the events office writes it
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And 42 days pass
    And two people decide that "Lea" is erased
    And 9 days pass
    Then "Eva" got 1 mails "event_report_due"
    When "Eva" reports 18 people and calm
    Then no report is asked for

  Scenario: P4.5, the accounts: expenses first, and a loss beyond the approval is for the treasurer
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days
    And "Lea" asks 20 euros back for kilometres
    And 42 days pass
    And "Lea" reports 18 people and calm
    And 46 days pass
    Then "Fin" cannot close the accounts at 120 euros while expenses wait
    When "Eva" answers REFUSE for the expenses
    And "Fin" closes the accounts at 120 euros
    And "Tom" says AGAIN of the accounts, "Le reçu du traiteur manque"
    Then "Fin" reads what "Tom" remarked, and what the books say
    When "Fin" closes the accounts at 110 euros
    And "Tom" says AGREE of the accounts
    Then the mail "event_accounts_closed" of "Lea" says "dépenses 110,00", and "résultat"
    And nobody has accounts to close

  Scenario: Accounts are closed once whoever has to agree has agreed, and nobody agrees to his own
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    And "Fin" is also TREASURER
    When "Lea" proposes "AFTERWORK" for 20 people in 40 days, with 100 euros at risk
    And "Eva" says APPROVE
    And 42 days pass
    And "Lea" reports 18 people and calm
    And 46 days pass
    And "Fin" closes the accounts at 151 euros
    Then the accounts are open
    And "Fin" may not agree to the accounts
    When "Lea" asks 20 euros back for kilometres
    Then "Tom" cannot agree to the accounts while expenses wait
    When "Tom" says AGAIN of the accounts, "Le reçu du traiteur manque"
    Then the accounts are open
    When "Eva" answers REFUSE for the expenses
    And "Fin" closes the accounts at 150 euros
    Then the accounts are closed
    And nobody has accounts to close

  Scenario: What the bank took back of a ticket did not come in
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 8 people in 40 days, at 20 euros with 0 euros at risk
    And "Zoe" registers and pays
    Then the books say "billets 20,00"
    When the bank takes back what "Zoe" paid
    Then the books say "billets 0,00"

  Scenario: Accounts are not closed while money has to go back
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 8 people in 40 days, at 20 euros with 0 euros at risk
    And "Zoe" registers and pays
    And "Zoe" withdraws
    And 42 days pass
    And "Lea" reports 18 people and calm
    And 46 days pass
    Then "Fin" cannot close the accounts at 0 euros while money has to go back
    When the money that has to go back is transferred
    And "Fin" closes the accounts at 0 euros
    Then the accounts are closed

  Scenario: What a provider or the bank gave back is not transferred once more
    Given "Lea" leads the group "Amis de Lyon"
    And "Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER
    When "Lea" proposes "DINNER" for 8 people in 40 days, at 20 euros with 0 euros at risk
    And "Zoe" registers and pays
    And "Max" registers and pays
    And "Zoe" withdraws
    And "Max" withdraws
    And the provider gives back 15 euros of what "Zoe" paid
    Then the books say "remboursés 0,00 €, à rembourser 25,00"
    When the provider gives back 20 euros of what "Zoe" paid
    And the bank takes back what "Max" paid
    Then the books say "billets 0,00 €, remboursés 0,00 €, à rembourser 0,00"
    When 42 days pass
    And "Lea" reports 18 people and calm
    And 46 days pass
    And "Fin" closes the accounts at 0 euros
    Then the accounts are closed
