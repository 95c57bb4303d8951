"""What the figures of mentoring are called."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

NAMES: Final = {
    "coverage": _("Requests that found a mentor"),
    "days_to_agreement": _("From the request to the signed agreement, half within"),
    "first_contact": _("First message within the time given"),
    "monthly_meeting": _("Pairs that meet at least once a month"),
    "completion": _("Pairs that reached their end or their aim"),
    "no_fault": _("Ends without fault"),
    "nps": _("Recommendation (from −100 to 100)"),
    "become_mentors": _("Mentees who became mentors"),
    "mentor_load": _("How unevenly mentors are loaded (from 0 to 1)"),
}
TRACKS: Final = {"ALUMNI": _("alumni"), "STUDENTS": _("students")}
YEARLY: Final = {
    **NAMES,
    "asked": _("Requests for a mentor"),
    "began": _("Pairs that began"),
    "extended": _("Pairs that went on for three more months"),
    "beside": _("Pairs that worked three together"),
    "offers": _("Job offers that were told of"),
    "ended_all": _("Pairs that ended"),
    "ended": _("Ended"),
}
PARTS: Final = {
    **TRACKS,
    "COMPLETED": _("at the planned end"),
    "SUCCESS_EARLY": _("earlier, the aim being reached"),
    "NO_FAULT_END": _("without fault, in the first weeks or after a talk"),
    "CLOSED_EARLY": _("early"),
    "CLOSED_INACTIVE": _("without a sign"),
    "OTHER": _("otherwise"),
}
