Feature: A student joins once for the whole course, and becomes a graduate member
  The school's list of entrants invites, the form does the same; one payment covers the course. The school's word, or its
  registrar's 30 days after the course, makes a graduate of the student, whose first year is offered.

  Rule: The school's list invites, and is forgotten where nobody answers

    Scenario: An entrant joins, and the school's file of graduates does the rest
      Given the school lists the entrant "Inès Carpentier", born on 2 May 2007, of PGE 2029
      Then the student received the mail "student_invitation"
      When the student completes the application
      And the student gives the consents and pays 90
      Then the student is a STUDENT with entitlement NEW to 30 September 2029
      When 120 days pass
      And the school lists the graduate of 2029
      Then the student is a GRADUATE with entitlement CURRENT to 30 September 2030
      And the first year is offered, once
      And the student received the mail "graduate_welcome"
      And the student's case has ended at "student_is_graduate"

    Scenario: Nobody answers
      Given the school lists the entrant "Inès Carpentier", born on 2 May 2007, of PGE 2029
      When 15 days pass
      Then the student received the mail "student_invitation_reminder"
      When 50 days pass
      Then the student's case has ended at "invitation_has_expired"

  Rule: From 15 to 17 a guardian agrees before anything is paid

    Scenario: The guardian agrees
      When "Malo Thévenin" asks to join as a student, born on 12 January 2010, of PGE 2030
      Then the guardian received the mail "guardian_request"
      And nobody else is asked for anything
      When the guardian says YES
      Then the student is asked to confirm the address

    Scenario: The guardian refuses
      When "Malo Thévenin" asks to join as a student, born on 12 January 2010, of PGE 2030
      And the guardian says NO
      Then the student received the mail "guardian_refused"
      And the student's case has ended at "consent_is_lacking"

    Scenario: Under 15 nobody joins
      Then a student born on 12 January 2012 is refused as too young

    Scenario: A minor names a guardian
      Then a student born on 12 January 2010 without guardian is refused

  Rule: Who does not go on is no member

    Scenario: The address is never confirmed
      When "Inès Carpentier" asks to join as a student, born on 2 May 2007, of PGE 2029
      And 40 days pass
      Then the student's case has ended at "did_not_join"

  Rule: Where the school says nothing, its registrar is asked

    Scenario: The diploma is confirmed 30 days after the course
      Given "Inès Carpentier" is a student member of PGE 2027
      When 395 days pass
      Then REGISTRAR is asked to "confirm_graduation"
      When 31 days pass
      Then the student received the mail "graduation_reminder"
      When REGISTRAR answers GRADUATED, 2027
      Then the student is a GRADUATE with entitlement CURRENT to 22 November 2028

    Scenario: The course goes on for a year
      Given "Inès Carpentier" is a student member of PGE 2027
      When 395 days pass
      And REGISTRAR answers STUDYING, 2028
      Then the student is a STUDENT with entitlement CURRENT to 30 September 2028
      When the school lists the graduate of 2028
      Then the student is a GRADUATE with entitlement CURRENT to 30 September 2029

    Scenario: The student left without a diploma
      Given "Inès Carpentier" is a student member of PGE 2027
      When 395 days pass
      And REGISTRAR answers LEFT, 0
      Then the student's case has ended at "left_without_diploma"

    Scenario: The membership ended before the course
      Given "Inès Carpentier" is a student member of PGE 2027
      When the student's membership ends
      Then the student's case has ended at "student_left"
