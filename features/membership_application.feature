Feature: A graduate, a student or a guest becomes a member
  Somebody asks to join. The association recognises who it is, the applicant chooses and pays, and is a member:
  once, with a number that is never given again, for a period that begins with the payment.

  Background:
    Given the register knows the graduate "Ambre Delaunay", born on 4 March 1990, of the programme PGE 2013

  Rule: The address is confirmed first

    Scenario: The link is opened
      When "Ambre Delaunay" applies as a GRADUATE, born on 4 March 1990, of PGE 2013
      Then the applicant received the mail "confirm_email"
      When the applicant confirms the address
      Then the applicant is asked to "give_consents"

    Scenario: One reminder, then nothing is left
      When "Ambre Delaunay" applies as a GRADUATE, born on 4 March 1990, of PGE 2013
      And 25 hours pass
      Then the applicant received the mail "confirm_email_reminder"
      When 30 days pass
      Then the case has ended at "draft_purged"
      And nothing is left of the application

  Rule: Whoever the register knows is admitted by itself

    Scenario: A graduate joins, pays by card and gives to the Foundation
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      And the applicant gives the consents
      Then the consents are those that were given, and no other
      And what was refused holds for the person, what was allowed does not yet
      When the applicant fills the basket: CARD, 1 year, gift 50
      Then the order is 160 for the association and 50 for the foundation
      When the applicant pays 210 by card
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027
      And it is the graduate of the register who is the member
      And every consent holds for the person, noted once
      And invoice "INV-ASSO-2026-000001" of 160 is issued
      And the foundation is told of a gift of 50
      And the applicant received the mail "welcome"
      When 3 days pass
      Then the applicant received the mail "profile_invitation"
      When the applicant completes the profile
      And 4 days pass
      Then the applicant received the mail "group_suggestions"
      When 23 days pass
      Then the applicant received the mail "satisfaction_question"
      When the applicant gives the mark 9
      And 60 days pass
      Then the applicant is a member with entitlement CURRENT, from 23 November 2026 to 22 November 2027
      And the case has ended at "member_joined"

    Scenario: The first months pass without an answer
      Given "Ambre Delaunay" has joined
      When 100 days pass
      Then the case has ended at "member_joined"

    Scenario: A membership that ends stops the first months
      Given "Ambre Delaunay" has joined
      When 4 days pass
      And the membership ends
      Then the case has ended at "first_months_left"

    Scenario: The first year is offered
      Given the register knows the graduate "Basile Aubin", born on 9 May 2003, of the programme PGE 2026
      When "Basile Aubin" applies with a confirmed address as a GRADUATE, born on 9 May 2003, of PGE 2026
      And the applicant gives the consents
      And the applicant fills the basket: NONE, 1 year, gift 0
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027
      And no invoice is issued

    Scenario: A guest proves no diploma
      When "Moana Tehau" applies with a confirmed address as a GUEST, born on 9 January 1988
      And the applicant gives the consents
      And the applicant fills the basket: NONE, 1 year, gift 0
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027

  Rule: Whoever the register does not know is verified by a person

    Scenario: A student is asked of the school, and pays once for the course
      When "Basile Kerforn" applies with a confirmed address as a STUDENT, born on 30 August 2005, of PGE 2028
      Then REGISTRAR has the task "check_register", due in 5 working days
      When REGISTRAR decides ADMIT in "check_register"
      And the applicant gives the consents
      And the applicant fills the basket: CARD, 1 year, gift 0
      Then the order is 90 for the association and 0 for the foundation
      When the applicant pays 90 by card
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 30 September 2028

    Scenario: A graduate whose birth date differs is checked by the data staff
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 5 March 1990, of PGE 2013
      Then DATA has the task "check_diploma", due in 3 working days
      When DATA decides PROOF in "check_diploma", because "The birth date differs"
      Then the applicant received the mail "proof_requested"
      When the applicant sends a proof
      And REGISTRAR decides ADMIT in "check_register"
      Then the applicant is asked to "give_consents"

    Scenario: Two people of the promotion know the applicant
      Given "Odile Marchand" and "Yann Prigent" are members of PGE 2013
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 5 March 1990, of PGE 2013
      And DATA decides PEERS in "check_diploma"
      Then "Odile Marchand" and "Yann Prigent" received the mail "peer_request"
      When "Odile Marchand" answers YES about the applicant
      And "Yann Prigent" answers YES about the applicant, "We shared a flat"
      Then the applicant is asked to "give_consents"

    Scenario: An unknown graduate proves the diploma
      When "Sixtine Aubrac" applies with a confirmed address as a GRADUATE, born on 21 June 1995, of PGE 2018
      Then the applicant is asked to "upload_proof"
      When 8 days pass
      Then the applicant received the mail "proof_reminder"
      When the applicant sends a proof
      Then REGISTRAR has the task "check_register", due in 10 working days
      When REGISTRAR decides REFUSE in "check_register", because "Not in the register of the school"
      Then the applicant received the mail "application_refused"
      And the case has ended at "application_refused"
      When 89 days pass
      Then the proof is still there
      When 2 days pass
      Then the proof is erased

    Scenario: The proof never comes
      When "Sixtine Aubrac" applies with a confirmed address as a GRADUATE, born on 21 June 1995, of PGE 2018
      And 22 days pass
      Then the applicant received 2 mails "proof_reminder"
      And the applicant received the mail "application_closed"
      And the case has ended at "application_closed"

    Scenario: A watched person is for the general delegate alone
      Given "Ambre Delaunay" is watched
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      Then GENERAL_DELEGATE has the task "decide_admission", due in 5 working days
      When GENERAL_DELEGATE decides ADMIT in "decide_admission"
      Then the applicant is asked to "give_consents"

    Scenario: A task that stays is reminded of, then escalated twice
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 5 March 1990, of PGE 2013
      And 2 days pass
      Then the task "check_diploma" is escalated at 50 %
      When 2 days pass
      Then the task "check_diploma" is escalated at 100 %
      When 4 days pass
      Then the task "check_diploma" is escalated at 150 %

  Rule: One person, one record

    Background:
      Given "Ambre Delaunay" is a member until 31 August 2027

    Scenario: The duplicate is a member already
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      Then DATA has the task "review_duplicate", due in 3 working days
      When DATA finds that the applicant is already a member
      Then the applicant received the mail "already_member"
      And the case has ended at "already_member"

    Scenario: The duplicate is another person
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      And DATA finds that the applicant is another person
      Then the applicant is asked to "upload_proof"

    Scenario: Somebody who resigned comes back: a person sets the period
      Given "Ambre Delaunay" has resigned
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      And DATA finds that the applicant is the known person
      And the applicant gives the consents
      And the applicant fills the basket: CARD, 1 year, gift 0
      And the applicant pays 160 by card
      Then MEMBERSHIP has the task "set_period", due in 3 working days
      When MEMBERSHIP sets the period from 1 December 2026 to 30 November 2027
      Then the applicant is a member with entitlement NEW, from 1 December 2026 to 30 November 2027

  Rule: The tariff is the one of the table; where no line fits, a person sets it

    Scenario: A graduate before the diploma
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2028
      And the applicant sends a proof
      And REGISTRAR decides ADMIT in "check_register"
      Then MEMBERSHIP has the task "set_dues", due in 3 working days
      When MEMBERSHIP sets the dues to JUN
      Then the applicant is asked to "give_consents"

    Scenario: The applicant does not go on
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      And 8 days pass
      Then the applicant received the mail "application_reminder"
      When 23 days pass
      Then the case has ended at "application_closed"

    Scenario: The mandate is signed at the provider that collects, which is not asked for here
      Given direct debits are signed on a provider's page
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      And the applicant gives the consents
      And the applicant fills the basket: SEPA, 1 year, gift 0
      Then nobody announces a debit, and the page of the order leads to the provider
      When 5 days pass
      And the applicant pays 160 by a debit of the provider
      Then the applicant is a member with entitlement NEW, from 28 November 2026 to 27 November 2027

    Scenario: A mandate that was signed here serves, also where others are signed at the provider
      Given direct debits are signed on a provider's page
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      And the applicant gives the consents
      And the applicant fills the basket for a direct debit from "FR76 3000 6000 0112 3456 7890 189"
      Then the debit is announced here, and nobody waits for a payment online

    Scenario: The basket stays empty
      When "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      And the applicant gives the consents
      And 31 days pass
      Then the case has ended at "application_closed"

  Rule: Dates move once, on payment, and the value date decides

    Background:
      Given "Ambre Delaunay" stands before the basket

    Scenario: A transfer is announced by the bank, after a reminder
      When the applicant fills the basket: TRANSFER, 2 years, gift 0
      Then the applicant received the mail "transfer_details"
      When 8 days pass
      Then the applicant received the mail "payment_reminder"
      When the bank announces a transfer of 320 with value date 30 November 2026
      Then the applicant is a member with entitlement NEW, from 30 November 2026 to 29 November 2028

    Scenario: A transfer is found on the statement
      When the applicant fills the basket: TRANSFER, 1 year, gift 0
      And FINANCE records 160 of 23 November 2026 in "record_transfer"
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027

    Scenario: One cheque, two beneficiaries
      When the applicant fills the basket: CHEQUE, 1 year, gift 100
      Then the order is 160 for the association and 100 for the foundation
      When FINANCE records 260 of 23 November 2026 in "record_cheque"
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027
      And invoice "INV-ASSO-2026-000001" of 160 is issued
      And the foundation is told of a gift of 100

    Scenario: A direct debit is announced, then collected
      When the applicant fills the basket for a direct debit from "FR76 3000 6000 0112 3456 7890 189"
      Then the mandate "MDT-2026-000001" is signed for one debit
      And the applicant received the mail "sepa_prenotification"
      And the mail "sepa_prenotification" says "7 décembre 2026", "MDT-2026-000001" and "FR76 •••• 0189"
      When 14 days pass
      And FINANCE records 160 of 7 December 2026 in "record_collection"
      Then the applicant is a member with entitlement NEW, from 7 December 2026 to 6 December 2027

    Scenario: The bank tells of the direct debit
      When the applicant fills the basket for a direct debit from "FR76 3000 6000 0112 3456 7890 189"
      And 15 days pass
      And the bank announces a transfer of 160 with value date 7 December 2026
      Then the applicant is a member with entitlement NEW, from 7 December 2026 to 6 December 2027

    Scenario: A transfer is found on the statement of the bank
      When the applicant fills the basket: TRANSFER, 1 year, gift 0
      And the statement of 27 November 2026 tells of 160 with "cotisation" and the order
      Then the applicant is a member with entitlement NEW, from 27 November 2026 to 26 November 2027
      When the statement of 27 November 2026 is read again
      Then exactly one payment is recorded

    Scenario: A direct debit is collected by a file, and the bank books it
      When the applicant fills the basket for a direct debit from "FR76 3000 6000 0112 3456 7890 189"
      And FINANCE makes the collection file up to 31 December 2026
      Then the file collects 160 from "FR7630006000011234567890189" on 7 December 2026
      When 15 days pass
      And the bank books the collection on 7 December 2026
      Then the applicant is a member with entitlement NEW, from 7 December 2026 to 6 December 2027

    Scenario: An employer has the invoice before it pays; late, it is credited, and what lacks is the applicant's
      When the applicant's employer is to pay
      Then the invoice of 160 is made out to "Ateliers Vernet"
      And the applicant received the mail "employer_invoice"
      And there is no membership yet
      When 61 days pass
      Then the applicant received the mail "order_expired"
      And the invoice is credited
      When the applicant's employer is to pay
      And the bank announces a transfer of 100 with value date 25 January 2027
      Then the applicant received the mail "transfer_details"
      When the statement of 28 January 2027 tells of 60 with "solde" and the order
      Then the applicant is a member with entitlement NEW, from 28 January 2027 to 27 January 2028

    Scenario: A member for life
      When the applicant fills the basket for life
      Then the order is 2400 for the association and 0 for the foundation
      When the applicant pays 2400 by card
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 31 December 9999
      And the mail "welcome" says "à vie", "1001" and "2026"
      And the invoice says "Cotisation à vie", and the attestation "2 400,00 € (à vie)"

    Scenario: A member who begins to pay for life, one instalment a year
      When the applicant fills the basket for life, one instalment a year
      Then the order is 600 for the association and 0 for the foundation
      When the applicant pays 600 by card
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027
      And the invoice says "Cotisation à vie de 2 400,00 €, échéance 1 sur 4", and the attestation "600,00 € (à vie, par échéances)"

    Scenario Outline: For life is ordered what the basket showed, whatever the assembly decides meanwhile
      When the assembly sets STD to 170 from 24 November 2026, for running cases too
      And 1 days pass
      And the applicant fills the basket <how>
      Then the order is <amount> for the association and 0 for the foundation

      Examples:
        | how                                  | amount |
        | for life                             | 2400   |
        | for life, one instalment a year      | 600    |

    Scenario Outline: Nobody pays in time
      When the applicant fills the basket: <means>, 1 year, gift 0
      And <time> pass
      Then the applicant received the mail "order_expired"
      And the applicant is asked to "fill_basket"

      Examples:
        | means    | time       |
        | CARD     | 31 minutes |
        | TRANSFER | 16 days    |
        | CHEQUE   | 22 days    |
        | SEPA     | 76 days    |

    Scenario: The webhook comes late and twice
      When the applicant fills the basket: TRANSFER, 1 year, gift 0
      And 16 days pass
      And the bank announces a transfer of 160 with value date 8 December 2026
      And the bank announces the same transfer again
      Then exactly one payment is recorded
      When the applicant fills the basket: CARD, 1 year, gift 0
      Then the applicant is a member with entitlement NEW, from 8 December 2026 to 7 December 2027

    Scenario: Two euros too little are enough
      When the applicant fills the basket: CARD, 1 year, gift 0
      And the applicant pays 158 by card
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027

    Scenario: Of a little too little the gift is less: a receipt never states more than arrived
      When the applicant fills the basket: CARD, 1 year, gift 30
      And the applicant pays 188 by card
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027
      And the order is 160 for the association and 28 for the foundation
      And the foundation is told of a gift of 28

    Scenario: Too little leaves a balance
      When the applicant fills the basket: CARD, 1 year, gift 0
      And the applicant pays 100 by card
      Then the applicant received the mail "balance_due"
      And there is no membership yet
      When the applicant pays 60 by card
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027

    Scenario: Too much goes its own way, and the membership does not wait
      When the applicant fills the basket: CARD, 1 year, gift 0
      And the applicant pays 200 by card
      Then the applicant is a member with entitlement NEW, from 23 November 2026 to 22 November 2027
      And the applicant received the mail "surplus_found"

  Rule: The border of grace: the value date decides, not the day the webhook comes

    Scenario: A lapsed member pays by transfer on the last day of grace
      Given "Ambre Delaunay" is a member until 24 October 2026
      And "Ambre Delaunay" applies with a confirmed address as a GRADUATE, born on 4 March 1990, of PGE 2013
      And DATA finds that the applicant is the known person
      And the applicant gives the consents
      And the applicant fills the basket: TRANSFER, 1 year, gift 0
      When 2 days pass
      And the bank announces a transfer of 160 with value date 23 November 2026
      And the bank announces the same transfer again
      Then the member's period runs to 24 October 2027
      And exactly one payment is recorded

  Rule: A death stops every mail at the moment of sending

    Scenario: The member dies in the first months
      Given "Ambre Delaunay" has joined
      And "Ambre Delaunay" has died
      When 8 days pass
      Then no mail left for the applicant since
      And the mail "group_suggestions" is kept back because of DECEASED

    Scenario: Members are not written to at night
      Given "Ambre Delaunay" has joined at 22:30
      When 3 days pass
      Then the mail "profile_invitation" is due at 08:00
      When 10 hours pass
      Then the applicant received the mail "profile_invitation"
