"""For how long a task that was completed can be taken back before its case goes on (`engine.undo`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association import parameters
from workflows.association.parameters import Column, Row, Table, Value

KEY: Final = "STAFF"
LONGEST: Final = 600  # seconds: nobody waits longer for the next step of his case


class WindowTooLong(Invalid):
    """{seconds} seconds are too many: at most {longest}, for the case stands still meanwhile."""

    code: ClassVar[str] = "window_too_long"


def check(values: Mapping[str, Value]) -> None:
    """Raises WindowTooLong."""
    seconds = int(str(values["seconds"]))
    if seconds > LONGEST:
        raise WindowTooLong(seconds=seconds, longest=LONGEST, field="seconds")


TABLE: Final = Table(
    "undo_window",
    "Délai pour revenir en arrière",
    "Time to undo",
    (Column("seconds", "integer", "Secondes", "Seconds"),),
    first=(Row(KEY, "Tâches de l’équipe", "Tasks of staff", 20),),
    about_fr="Une tâche qui porte « task.undo » est terminée tout de suite, mais son dossier n’avance qu’après ce "
    "délai : jusque-là, qui l’a terminée peut la rouvrir, et rien n’est parti.",
    about_en="A task with “task.undo” is completed at once, and its case goes on only after this time: until then "
    "whoever completed it can open it again, and nothing has left.",
    check=check,
)


@dataclass(frozen=True, slots=True)
class UndoWindow:
    """The time in force at a moment (`EngineSettings.undo_window`)."""

    zone: ZoneInfo = PARIS

    def __call__(self, session: Session, now: datetime) -> timedelta:
        today = now.astimezone(self.zone).date()
        return timedelta(seconds=parameters.count(session, TABLE, KEY, "seconds", on=today))
