"""Values of a diagram as a reader says them: durations, cycles, roles; expressions as they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import get_timezone

from engine.calendar import parse_moment
from engine.errors import NotATime
from webapp.dates import moment, moment_there, zone_city
from webapp.studio.changes.mentions import figure_words, person_words
from webapp.words import _, ngettext
from workflows.association.mail_titles import mail_title
from workflows.association.role_names import ROLES
from workflows.association.wording import typographic

__all__ = ["Wording"]

DURATION: Final = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)
CYCLE: Final = re.compile(r"R(\d{0,6})/(?:(\d{4}-.+)/)?(P[^/]+)")
CRON: Final = re.compile(r"@\w+|\S+( \S+){5}")


@dataclass(frozen=True, slots=True)
class Wording:
    """Puts values into words; `language` picks the names of roles. `figures`: what figures of dated tables are today,
    by the expression that reads them; a figure without its value is named alone."""

    language: str
    figures: Mapping[str, str] = field(default_factory=dict)

    def say(self, setting: str, value: str) -> str:
        """The value of a setting (its last part decides how it is said)."""
        if value.startswith("="):
            return self._meant(setting, value[1:].strip())
        said: Callable[[str], str] | None = self._ways.get(setting)
        if said is not None:
            return said(value)
        return self.quoted(value)

    def _meant(self, setting: str, expression: str) -> str:
        """What an expression names, else as it is written."""
        said = self.figures.get(expression) or figure_words(expression, self.language)
        return said or (person_words(expression) if setting == "assignee" else "") or f"`{expression}`"

    def quoted(self, text: str) -> str:
        """A text in the quotation marks of the language."""
        return f"“{text}”" if self.language == "en" else f"«\u00a0{text}\u00a0»"

    @property
    def _ways(self) -> Mapping[str, Callable[[str], str]]:
        return {
            "timeDuration": self.duration, "privacy.retention": self.duration, "timeCycle": self.cycle,
            "candidateGroups": self.roles, "bindingType": self.binding, "task.deadline": lambda value: value,
            "template": lambda value: self.quoted(typographic(mail_title(value, self.language))),
        }  # fmt: skip

    def duration(self, text: str) -> str:
        """P10D as “10 days”; what is no duration as it is written."""
        found = DURATION.fullmatch(text)
        if found is None or not any(found.groups()):
            return text
        parts = [word(int(number)) for number, word in zip(found.groups(), _UNITS, strict=True) if number]
        return _("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1]) if parts[1:] else parts[0]

    def binding(self, text: str) -> str:
        """Which version of a table, a form or a process is meant."""
        words = {"latest": _("the newest version"), "deployment": _("the version that came into force with it")}
        return words.get(text, text)

    def cycle(self, text: str) -> str:
        """R2/P7D as “2 times, every 7 days”; from which moment on; whose hours those of cron are."""
        found = CYCLE.fullmatch(text)
        if found is None:
            return _("%(cron)s (its hours in UTC)", cron=text) if CRON.fullmatch(text) else text
        every = self.duration(found[3])
        said = (
            ngettext(
                "%(num)d time, after %(duration)s", "%(num)d times, every %(duration)s", int(found[1]), duration=every
            )
            if found[1]
            else _("again and again, every %(duration)s", duration=every)
        )
        return _("%(cycle)s, counted from %(moment)s", cycle=said, moment=_moment(found[2])) if found[2] else said

    def roles(self, text: str) -> str:
        """Role keys as the roles are called."""
        keys = [key.strip() for key in text.split(",") if key.strip()]
        return ", ".join(
            key if key not in ROLES else ROLES[key].fr if self.language == "fr" else ROLES[key].en for key in keys
        )


def _moment(text: str) -> str:
    """A moment by the clock that its repetition follows; which clock, where it is not the house’s."""
    house = ZoneInfo(str(get_timezone()))
    try:
        read = parse_moment(text, house)
    except NotATime:  # the gate says so
        return text
    if not isinstance(read.tzinfo, ZoneInfo) or read.tzinfo.key == house.key:
        return moment(read)
    return _("%(moment)s (%(zone)s)", moment=moment_there(read), zone=zone_city(read.tzinfo))


_UNITS: Final[tuple[Callable[[int], str], ...]] = (
    lambda count: ngettext("%(num)d year", "%(num)d years", count),
    lambda count: ngettext("%(num)d month", "%(num)d months", count),
    lambda count: ngettext("%(num)d week", "%(num)d weeks", count),
    lambda count: ngettext("%(num)d day", "%(num)d days", count),
    lambda count: ngettext("%(num)d hour", "%(num)d hours", count),
    lambda count: ngettext("%(num)d minute", "%(num)d minutes", count),
    lambda count: ngettext("%(num)d second", "%(num)d seconds", count),
)
