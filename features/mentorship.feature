Feature: Two people work together for six months
  Dates are counted from the second signature. Either may stop, without fault; whoever wants a person gets one.

  Background:
    Given "Zoe Lambert" and the mentor "Camille Martin" said yes

  Scenario: Six months and three more, with talks, nudges and certificates
    Then both received the mail "pair_introduction"
    And the mail "pair_introduction" has the words "Camille Martin"
    When 8 days pass
    Then the mail "pair_first_word" reached "Zoe Lambert"
    When "Zoe Lambert" writes first
    And both say GO after the call
    And "Zoe Lambert" writes the agreement
    And both sign
    Then both received the mail "pair_started"
    And both have the document "MENTORSHIP_AGREEMENT"
    And the next date is CHECK_IN on 1 January 2027
    And both are invited to 7 dates, the first with the mail "pair_started"
    When "Zoe Lambert" moves the next date to 5 January 2027
    Then both received the mail "pair_moved"
    And the next date is CHECK_IN on 5 January 2027
    When "Zoe Lambert" moves the next date to 1 January 2027
    And the next date comes
    And the check-in is answered with 5 and 4
    Then the next date is FIT on 18 January 2027
    When the next date comes
    Then both received the mail "pair_fit"
    When after eight weeks they say YES and YES
    Then the next date is CHECK_IN on 1 February 2027
    When the next date comes
    And the check-in is answered with 1 and 4
    And MENTORING talks to the pair and they CONTINUE
    Then the next date is CHECK_IN on 1 March 2027
    When the next date comes
    And 4 days pass
    Then each received 1 mail "pair_check_in_reminder"
    When 4 days pass
    Then each received 2 mails "pair_check_in_reminder"
    When 3 days pass
    And the next date comes
    And the review is answered, with goals to adjust: "Le réseau d’abord"
    Then each reads in the mail "pair_review_summary" how far both are, and "Le réseau d’abord"
    When the next date comes
    And the check-in is answered with 5 and 5
    Then the next date is CHECK_IN on 1 May 2027
    When the next date comes
    And the check-in is missed after 50 days of silence
    Then both received the mail "pair_nudge"
    And both received the mail "pair_last_month"
    When the next date comes
    And both close the pair: EXTEND and EXTEND
    Then the pair ends on 1 September 2027
    When the last date comes
    And 6 days pass
    Then each received 1 mail "pair_closing_reminder"
    When "Zoe Lambert" alone closes the pair
    And 6 days pass
    Then the mail "pair_closing_reminder" to "Zoe Lambert" was kept back once as ANSWERED, the other one had 2
    When 4 days pass
    Then both have the document "MENTORSHIP_CERTIFICATE"
    And the place of the mentor is free
    And the pair's case has ended at "pair_is_complete"

  Scenario: No first message for fourteen days frees the mentor, who is not at fault
    When 15 days pass
    Then both received the mail "pair_ended"
    And the place of the mentor is free
    And the pair is CLOSED_INACTIVE
    And the pair's case has ended at "pair_has_ended"

  Scenario: They do not fit: no fault, and the place in the queue stays
    When "Zoe Lambert" writes first
    And "Zoe Lambert" says NO_GO after the call
    And "Camille Martin" says GO after the call
    And MENTORING talks to the pair and they END
    Then the request waits since 23 November 2026
    And the pair is NO_FAULT_END
    And the pair's case has ended at "new_mentor_is_sought"

  Scenario: Whoever wants a person is called back; silence after the call and an unsigned agreement are for a person too
    When "Zoe Lambert" asks for a person
    Then MENTORING calls "Zoe Lambert" back
    When "Zoe Lambert" writes first
    And 15 days pass
    And MENTORING talks to the pair and they CONTINUE
    And "Zoe Lambert" writes the agreement
    And 22 days pass
    And MENTORING talks to the pair and they CONTINUE
    And "Zoe Lambert" writes the agreement
    And both sign
    Then both received the mail "pair_started"

  Scenario: The mentee stops in the first weeks and gets another mentor
    When MENTEE stops for NO_FIT
    Then both received the mail "pair_ended"
    And the request waits since 23 November 2026
    And the pair's case has ended at "another_is_sought"

  Scenario: Safety comes first: both are silent, and the DPO hears each
    When MENTEE stops for SAFETY
    Then no mail "pair_ended" was sent
    When the DPO notes what was found
    Then the pair is STOPPED_NOW
    And the pair's case has ended at "inquiry_is_over"

  Scenario: What fits no row is for a person
    When SYSTEM stops for OTHER
    And MENTORING decides that no other mentor is sought
    Then the pair's case has ended at "pair_was_ended"

  Scenario: A pause moves every date, and the end
    When "Zoe Lambert" writes first
    And both say GO after the call
    And "Zoe Lambert" writes the agreement
    And both sign
    And "Zoe Lambert" pauses until 3 December 2026
    Then the next date is CHECK_IN on 2 January 2027
    And the pair ends on 2 June 2027
    When MENTEE stops for NO_FIT
    Then the mail "pair_ended" calls off the next date

  Scenario: A review that nobody answers
    When "Zoe Lambert" writes first
    And both say GO after the call
    And "Zoe Lambert" writes the agreement
    And both sign
    And the pair stands before its review
    And the next date comes
    And 11 days pass
    Then the next date is CHECK_IN on 23 March 2027

  Scenario: P3.5, after eight weeks one stops: nobody is at fault, and the place in the queue stays
    When the pair stands before the question after eight weeks
    And the next date comes
    And after eight weeks they say YES and STOP
    Then both received the mail "pair_ended"
    And the request waits since 23 November 2026
    And the pair is NO_FAULT_END
    And the pair's case has ended at "new_mentor_is_sought"

  Scenario: P3.5, after eight weeks one wants to talk; a silent pair goes on
    When the pair stands before the question after eight weeks
    And the next date comes
    And after eight weeks they say TALK and YES
    And MENTORING talks to the pair and they CONTINUE
    Then the next date is CHECK_IN on 23 January 2027
    When the next date comes
    And the check-in is answered with 4 and 4
    Then the next date is CHECK_IN on 23 February 2027

  Scenario: P3.5, after eight weeks nobody answers: that is no reproach, and it goes on
    When the pair stands before the question after eight weeks
    And the next date comes
    And 8 days pass
    Then the next date is CHECK_IN on 23 January 2027
    And the pair goes on

  Scenario: P3.5, who has answered a check-in is not reminded of what the other one still has to answer
    When the pair stands before the question after eight weeks
    And the next date comes
    And after eight weeks they say YES and YES
    And the next date comes
    And "Zoe Lambert" alone answers the check-in
    And 9 days pass
    Then only "Camille Martin" received 2 mails "pair_check_in_reminder"

  Scenario: X6, forty days without the machine: a check-in that nobody could answer is asked before it is missed
    When the pair stands before the question after eight weeks
    And the next date comes
    And after eight weeks they say YES and YES
    And nothing runs for 60 days, and then everything
    Then each received 0 mails "pair_check_in_reminder"
    When 4 days pass
    Then each received 1 mail "pair_check_in_reminder"

  Scenario: P3.5, whose check-in lies in other hands has not answered it, and is reminded
    When the pair stands before the question after eight weeks
    And the next date comes
    And after eight weeks they say YES and YES
    And the next date comes
    And "Zoe Lambert" alone answers the check-in
    And "Camille Martin" gives the check-in back
    And 4 days pass
    Then only "Camille Martin" received 1 mail "pair_check_in_reminder"
    When MENTORING takes the check-in
    And 5 days pass
    Then only "Camille Martin" received 2 mails "pair_check_in_reminder"

  Scenario: P3.5, whose given-back check-in was answered for him is not reminded of the other one's
    When the pair stands before the question after eight weeks
    And the next date comes
    And after eight weeks they say YES and YES
    And the next date comes
    And "Zoe Lambert" gives the check-in back
    And "Camille Martin" gives another check-in back
    And MENTORING answers the check-in that "Zoe Lambert" gave back
    And 4 days pass
    Then only "Camille Martin" received 1 mail "pair_check_in_reminder"

  Scenario: P3.7, a job offer from one to the other is allowed once it is told of
    When "Camille Martin" tells the coordination of OFFER
    Then the offer is on record since today, and the board shows it
    And MENTORING calls the pair back
    And the pair goes on as it was

  Scenario: P3.7, they wish to be three: a third person who has asked is proposed to the mentor, and everybody says yes
    Given "Camille Martin" takes 2 people
    And the member "Paul Girard" of number 1005
    When "Zoe Lambert" tells the coordination of THREE
    Then MENTORING may not name 1005 as the third: "mentoring_third_has_not_asked"
    When "Paul Girard" asks for a mentor
    And MENTORING names 1005 as the third
    Then "Zoe Lambert" is asked whether she wishes to be three, and nothing is proposed yet
    When "Zoe Lambert" says YES to being three
    Then the mail "mentor_proposal" has the words "vous seriez 3"
    And the mail "mentor_proposal" has the words "lira votre nom et votre adresse"
    When "Paul Girard" says YES, and "Camille Martin" too
    Then 3 people received the mail "pair_introduction" that names all three
    And "Camille Martin" has two pairs beside each other, and no place left

  Scenario: P3.7, whoever is mentored already does not wish to be three, or does not answer: nothing is proposed
    Given "Camille Martin" takes 2 people
    And the member "Paul Girard" of number 1005
    When "Paul Girard" asks for a mentor
    And "Camille Martin" tells the coordination of THREE
    And MENTORING names 1005 as the third
    And "Zoe Lambert" says NO to being three
    Then MENTORING reads "n’a pas dit oui", and nothing is proposed yet
    When MENTORING names 1005 as the third
    And 6 days pass
    Then MENTORING reads "n’a pas dit oui", and nothing is proposed yet
    When MENTORING names 1005 as the third
    And "Camille Martin" takes 1 people
    And "Zoe Lambert" says YES to being three
    Then MENTORING reads "place prise", and nothing is proposed yet

  Scenario: P3.7, a fourth person joins when both who are mentored agree, and nobody who is kept apart
    Given "Camille Martin" takes 3 people
    And the member "Paul Girard" of number 1005
    And the member "Ines Roux" of number 1006
    When "Paul Girard" asks for a mentor
    And "Zoe Lambert" tells the coordination of THREE
    And MENTORING names 1005 as the third
    And "Zoe Lambert" says YES to being three
    And "Paul Girard" says YES, and "Camille Martin" too
    And "Ines Roux" asks for a mentor
    And "Zoe Lambert" tells the coordination of THREE
    And "Ines Roux" would rather not meet "Paul Girard"
    Then MENTORING may not name 1006 as the third: "mentoring_kept_apart"
    When "Ines Roux" would meet anybody
    And MENTORING names 1006 as the third
    And "Zoe Lambert" says YES to being three
    And "Paul Girard" says YES to being three
    Then the mail "mentor_proposal" has the words "vous seriez 4"

  Scenario: P3.7, nobody joins a pair that ended meanwhile
    Given "Camille Martin" takes 2 people
    And the member "Paul Girard" of number 1005
    When "Paul Girard" asks for a mentor
    And "Zoe Lambert" tells the coordination of THREE
    And MENTORING names 1005 as the third
    And "Zoe Lambert" writes first
    And "Zoe Lambert" says NO_GO after the call
    And "Camille Martin" says GO after the call
    And MENTORING talks to the pair and they END
    And "Zoe Lambert" says YES to being three
    Then MENTORING reads "binôme terminé" of the third person, and no place is held
    And MENTORING may not name 1005 as the third: "mentor_pair_over"

  Scenario: P3.7, who said no to a proposal may be named again: whoever names has spoken with them
    Given "Camille Martin" takes 2 people
    And the member "Paul Girard" of number 1005
    When "Paul Girard" asks for a mentor
    And "Zoe Lambert" tells the coordination of THREE
    And MENTORING names 1005 as the third
    And "Zoe Lambert" says YES to being three
    And "Paul Girard" answers NO to the proposal
    And "Zoe Lambert" tells the coordination of THREE
    And MENTORING names 1005 as the third
    And "Zoe Lambert" says YES to being three
    Then the proposal to "Paul Girard" bears no answer of the one before, and that one keeps its own
    When "Paul Girard" says YES, and "Camille Martin" too
    Then "Camille Martin" has two pairs beside each other, and no place left

  Scenario: P3.7, nobody is named as the third against the rules, or where there is no place
    Given the member "Paul Girard" of number 1005
    When "Paul Girard" asks for a mentor
    And "Zoe Lambert" tells the coordination of THREE
    Then MENTORING may not name 1005 as the third: "mentor_no_place_left"
    And MENTORING may not name 1003 as the third: "mentoring_third_has_not_asked"
    And MENTORING may not name 9999 as the third: "mentoring_member_unknown"
    When "Paul Girard" works in the team of "Camille Martin"
    Then MENTORING may not name 1005 as the third: "mentoring_kept_apart"
    When "Paul Girard" works elsewhere
    Then MENTORING may not name 1005 as the third: "mentor_no_place_left"
    When the request of "Paul Girard" is in "de" alone
    Then MENTORING may not name 1005 as the third: "mentoring_kept_apart"
    When the request of "Paul Girard" is in "fr" alone
    And "Camille Martin" mentors STUDENT
    Then MENTORING may not name 1005 as the third: "mentoring_kept_apart"
    When "Camille Martin" mentors BOTH
    Then MENTORING may not name 1005 as the third: "mentor_no_place_left"
    When "Paul Girard" would rather not meet "Zoe Lambert"
    Then MENTORING may not name 1005 as the third: "mentoring_kept_apart"

  Scenario: P3.7, each of two asks for a person about something else: each task keeps its own subject
    When "Zoe Lambert" tells the coordination of THREE
    And "Camille Martin" tells the coordination of OFFER
    Then the coordination has a task of "Zoe Lambert" about THREE, and one of "Camille Martin" about OFFER

  Scenario: P3.7, a student graduates during the pair: it goes on, on the other track
    Given "Zoe Lambert" asked as a student
    When "Zoe Lambert" graduates
    Then the pair of "Zoe Lambert" runs, and counts among ALUMNI
