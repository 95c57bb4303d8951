"""Due dates in words: how far away, in working days, and whether it is late. Never colour alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from webapp.words import _, ngettext

Urgency = Literal["late", "today", "soon", "later", "none"]
PARIS = ZoneInfo("Europe/Paris")
SOON = 2


@dataclass(frozen=True, slots=True)
class Due:
    """A due date as a reader wants it: the words, how urgent, and the moment itself for the title."""

    words: str
    urgency: Urgency
    at: datetime | None

    @property
    def day(self) -> date | None:
        """The last day on which the work is in time."""
        return None if self.at is None else last_day(self.at)


def due(at: datetime | None, now: datetime, working_days_between: Callable[[date, date], int]) -> Due:
    """Words for a due moment. Both moments are aware; days are those of Paris."""
    if at is None:
        return Due(_("No date"), "none", None)
    due_on, today = last_day(at), now.astimezone(PARIS).date()
    if at < now:
        late = working_days_between(due_on, today)
        if late < 1:
            return Due(_("Late since today") if due_on == today else _("Just late"), "late", at)
        return Due(ngettext("%(num)d working day late", "%(num)d working days late", late), "late", at)
    if due_on == today:
        return Due(_("Today"), "today", at)
    ahead = working_days_between(today, due_on)
    if ahead <= 1:
        return Due(_("In 1 working day"), "soon", at)
    words = ngettext("In %(num)d working day", "In %(num)d working days", ahead)
    return Due(words, "soon" if ahead <= SOON else "later", at)


def last_day(at: datetime) -> date:
    """The day of Paris on which work must be handed in: a deadline at midnight belongs to the day that ends."""
    return (at - timedelta(microseconds=1)).astimezone(PARIS).date()
