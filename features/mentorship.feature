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
    And 8 days pass
    Then both received the mail "pair_check_in_reminder"
    When the next date comes
    And the review is answered
    And the next date comes
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
    Then both received the mail "pair_closing_reminder"
    When 9 days pass
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
