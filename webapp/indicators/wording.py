"""The indicators in words: what each is called, and what is counted."""

from __future__ import annotations

from collections.abc import Mapping

from webapp.words import _


def titles() -> Mapping[str, str]:
    """What each is called."""
    return {
        "member_rate": _("Graduates who are members"),
        "student_rate": _("Students who join in their first year"),
        "renewal_rate": _("Memberships renewed"),
        "rescue_rate": _("Saved in the grace period"),
        "days_automatic": _("From application to membership, without a check"),
        "days_checked": _("From application to membership, with a check"),
        "reject_rate": _("Direct debits that came back"),
        "wrong_reminders": _("Reminders that should not have left"),
    }


def about() -> Mapping[str, str]:
    """What is counted."""
    return {
        "member_rate": _(
            "On the last day of each month: graduates with a paid period, of all who hold a diploma and live."
        ),
        "student_rate": _("Of students invited by the school or who asked in that month: members within a year."),
        "renewal_rate": _("Of memberships that ended in that month: renewed by now, sooner or later."),
        "rescue_rate": _("Of those that were not paid on their last day: paid within the grace that follows."),
        "days_automatic": _("Half of them took less, half took more (median), where nobody had to look."),
        "days_checked": _("The same where somebody checked diploma, register or a double record."),
        "reject_rate": _("Of debits of the association that went to the bank in that month: rejected or returned."),
        "wrong_reminders": _("To somebody who had died, wanted none, or had paid, by what was known at that moment."),
    }
