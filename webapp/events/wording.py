"""What the figures of events and the lines of their accounts are called."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

NAMES: Final = {
    "approval": _("From the proposal to the page, in working days, half within"),
    "light": _("Proposals approved without anybody asked"),
    "published": _("Pages published early enough"),
    "reported": _("Reports in time"),
    "filled": _("Seats taken"),
    "no_show": _("People who had a seat and did not come"),
    "result": _("Income less costs, accounts closed"),
    "incidents": _("Incidents that were told of"),
    "paid_back": _("From a claim of expenses to the transfer, half within"),
    "consent": _("People who agree to stand on the list of attendees"),
    "purged": _("Lists erased, on record"),
}
TIERS: Final = {"LIGHT": _("light"), "STANDARD": _("standard"), "HEAVY": _("heavy")}
LINES: Final = {"COSTS": _("Costs"), "INCOME": _("Income"), "RESULT": _("Result")}
