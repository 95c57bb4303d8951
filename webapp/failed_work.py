"""Why work of the association, or a call to another system, failed: the reasons as `WorkFailed` gives them.

An incident and the list of what leaves the house say them in the reader's language. What a reason adds at its end, as
a number or in brackets, is not part of it.
"""

from __future__ import annotations

from typing import Final

FAILED_WORK: Final = (
    # Records that a case names and that are gone.
    "the application of this case was deleted", "the candidacy of this case is not there",
    "the cohort of this case is not there", "this person does not sit in this group any more",
    "the demand of this case is not there", "the doubt of this case is not there",
    "the enrolment of this guest is not there", "the exit of this case is not there",
    "the gift of this case is not there", "the member of this case is not there",
    "the membership is not active yet", "the membership of this person is not there",
    "the membership of this student is not there", "the mentor of this case is not there",
    "the order of this case is not there", "the pair of this case is not there",
    "the person of this case is not there", "the proposal of this case is not there",
    "the renewal of this case is not there", "the request of this case is not there",
    "no membership was bought by this order",
    "the school's list lacks the birth date or the course of this person",
    # Tables and reminders.
    "the table exit_rule gave no answer", "the table sepa_incident gave no answer",
    "the table privacy_deadline gave no answer",
    "a ladder needs a list of rungs", "nobody knows the guard of this ladder", "this rung is not on the ladder",
    "a rung needs its moment",
    # Mails, letters and notices.
    "nobody to write to: the person or the draft was deleted", "there is nobody to write to",
    "the mail of this job is not there", "the mail server answered", "the mail server cannot be reached",
    "the recipient was refused", "the mail needs data.smtpAction with to, subject and body",
    "the mail has no addressee, or too many; allowed at most:", "an addressee of the mail is no e-mail address",
    "its reader sleeps now", "the push service did not take it", "the sender of short messages answered",
    # Payments.
    "the payment provider is not set up here", "the payment provider opened no page",
    "the payment provider let nobody sign in", "the payment provider answered",
    "the payment provider's answer is no JSON", "the payment provider's answer is no object",
    "the payment provider's order cannot be read",
    "the payment provider's answer cannot be read", "this is no payment of ours",
    "the payment is for an order that is not known here", "it tells of a payment that has not arrived yet",
    # Other systems.
    "the system answered", "the system cannot be reached", "the system did not answer",
    "the system did not answer in time", "the answer of the system broke off", "the answer of the system is no JSON",
    "the answer of the system is too long; bytes allowed:",
    "the name of the system has no address now", "the address of the call leads inside the house",
    "the address of the call cannot be read",
    "the address of the call leads to a system that no administrator allowed",
    "the method of the call is none of these", "the body of the call is too long; bytes allowed:",
    "a header of the call has a name that it cannot have",
    "a header of the call holds a character that none can hold",
    "the error expression says so", "the result expression answers no context", "an expression cannot be read",
    "the receiver answered", "the receiver of the subscription is not set up any more",
    "the webhook needs the headers target (a receiver that is set up) and event",
    "the connector answered for another number of calls than it was given",
    "A worker was lost while it did this. Whether it was done is not known.",
    "The message has no name: set the header “name”.",
)  # fmt: skip
