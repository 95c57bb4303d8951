"""Values of a diagram as a reader says them: durations, cycles, roles; expressions as they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from webapp.words import _, ngettext
from workflows.association.mail_titles import mail_title
from workflows.association.role_names import ROLES
from workflows.association.wording import typographic

__all__ = ["Wording"]

DURATION: Final = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)
CYCLE: Final = re.compile(r"R(\d{0,6})/(P[^/]+)")


@dataclass(frozen=True, slots=True)
class Wording:
    """Puts values into words; `language` picks the names of roles."""

    language: str

    def say(self, setting: str, value: str) -> str:
        """The value of a setting (its last part decides how it is said)."""
        if value.startswith("="):
            return f"`{value[1:].strip()}`"
        said: Callable[[str], str] | None = self._ways.get(setting)
        if said is not None:
            return said(value)
        return self.quoted(value)

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
        """R2/P7D as “2 times, every 7 days”."""
        found = CYCLE.fullmatch(text)
        if found is None:
            return text
        every = self.duration(found[2])
        if not found[1]:
            return _("again and again, every %(duration)s", duration=every)
        return ngettext(
            "%(num)d time, after %(duration)s", "%(num)d times, every %(duration)s", int(found[1]), duration=every
        )

    def roles(self, text: str) -> str:
        """Role keys as the roles are called."""
        keys = [key.strip() for key in text.split(",") if key.strip()]
        return ", ".join(
            key if key not in ROLES else ROLES[key].fr if self.language == "fr" else ROLES[key].en for key in keys
        )


_UNITS: Final[tuple[Callable[[int], str], ...]] = (
    lambda count: ngettext("%(num)d year", "%(num)d years", count),
    lambda count: ngettext("%(num)d month", "%(num)d months", count),
    lambda count: ngettext("%(num)d week", "%(num)d weeks", count),
    lambda count: ngettext("%(num)d day", "%(num)d days", count),
    lambda count: ngettext("%(num)d hour", "%(num)d hours", count),
    lambda count: ngettext("%(num)d minute", "%(num)d minutes", count),
    lambda count: ngettext("%(num)d second", "%(num)d seconds", count),
)
