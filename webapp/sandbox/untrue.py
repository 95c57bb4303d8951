"""What a scenario is told where a sentence is not so, and the ids in it, for which a reader's names are put."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from engine.errors import Invalid

__all__ = [
    "Elements", "HeldElsewhere", "Holders", "MailMissing", "MailText", "MailWritten", "Mails", "MailsMiscounted",
    "NoCase", "NoMail", "NoSuchMail", "NoSuchMailBut", "NoSuchStep", "NoSuchStepBut", "NotEnded", "NotSo",
    "NothingOpen", "NothingStands", "StandsElsewhere", "StillWaits", "TaskNotOpen",
    "WentElsewhere", "WentThrough", "Words",
]  # fmt: skip


class Elements(str):
    """Elements by their ids; whoever knows the drawing puts their names for them."""

    __slots__ = ("ids",)
    ids: tuple[str, ...]

    def __new__(cls, ids: Iterable[str]) -> Elements:
        made = tuple(sorted(ids))
        self = super().__new__(cls, ", ".join(made) or "–")
        self.ids = made
        return self


class Holders(Elements):
    """Roles by their keys; whoever knows the language puts their names for them."""

    __slots__ = ()


class Words(str):
    """What can be said, in each language."""

    __slots__ = ("by",)
    by: Mapping[str, Sequence[str]]

    def __new__(cls, by: Mapping[str, Sequence[str]]) -> Words:
        self = super().__new__(cls, ", ".join(by["en"]) or "–")
        self.by = by
        return self


class Mails(str):
    """How many mails of each text, by its name; whoever knows the language puts their titles for the names."""

    __slots__ = ("counts",)
    counts: Mapping[str, int]

    def __new__(cls, counts: Mapping[str, int]) -> Mails:
        self = super().__new__(cls, ", ".join(f"{count} × {name}" for name, count in counts.items()))
        self.counts = counts
        return self


class MailText(str):
    """One text of a mail, by its name; its title is put for it."""

    __slots__ = ()


class NotSo(Invalid):
    """It is not so: {found}"""

    code: ClassVar[str] = "scenario_not_so"


class WentElsewhere(NotSo):
    """The case did not come to “{element}”. It went through {found}."""

    code: ClassVar[str] = "scenario_went_elsewhere"


class WentThrough(NotSo):
    """The case came to “{element}”, and was not to."""

    code: ClassVar[str] = "scenario_went_through"


class NotEnded(NotSo):
    """The case did not end by “{element}”. It is, or ended, at {found}."""

    code: ClassVar[str] = "scenario_not_ended"


class MailMissing(NotSo):
    """The mail “{mail}” was not written. These were: {found}."""

    code: ClassVar[str] = "scenario_mail_missing"


class NoMail(NotSo):
    """The mail “{mail}” was not written, nor any other."""

    code: ClassVar[str] = "scenario_no_mail"


class MailWritten(NotSo):
    """The mail “{mail}” was written, and was not to be (so many times: {count})."""

    code: ClassVar[str] = "scenario_mail_written"


class MailsMiscounted(NotSo):
    """Mails “{mail}” expected: {wanted}; written: {count}."""

    code: ClassVar[str] = "scenario_mails_miscounted"


class HeldElsewhere(NotSo):
    """“{element}” waits for somebody else: {found}."""

    code: ClassVar[str] = "scenario_held_elsewhere"


class StillWaits(NotSo):
    """“{element}” waits, and was not to. It waits for {found}."""

    code: ClassVar[str] = "scenario_still_waits"


class NothingStands(NotSo):
    """“{element}” does not stand still, nor does anything else."""

    code: ClassVar[str] = "scenario_nothing_stands"


class StandsElsewhere(NotSo):
    """“{element}” does not stand still. What does: {found}."""

    code: ClassVar[str] = "scenario_stands_elsewhere"


class NothingOpen(Invalid):
    """“{element}” does not wait for anybody, nor does any other task."""

    code: ClassVar[str] = "scenario_nothing_open"


class NoCase(Invalid):
    """No case of “{process}” has begun."""

    code: ClassVar[str] = "scenario_no_case"


class TaskNotOpen(Invalid):
    """“{element}” does not wait for anybody; what waits: {open}."""

    code: ClassVar[str] = "scenario_task"


class NoSuchStep(Invalid):
    """No step is called “{element}”."""

    code: ClassVar[str] = "scenario_no_step"


class NoSuchStepBut(NoSuchStep):
    """No step is called “{element}”. Was it renamed? These are called much like it: {like}."""

    code: ClassVar[str] = "scenario_no_step_but"


class NoSuchMail(Invalid):
    """No mail text has the subject “{mail}”."""

    code: ClassVar[str] = "scenario_no_such_mail"


class NoSuchMailBut(NoSuchMail):
    """No mail text has the subject “{mail}”. Was it reworded? This one is much like it: “{like}”."""

    code: ClassVar[str] = "scenario_no_such_mail_but"
