"""The records `merger.*` and `move.*`: what is decided about a group that is too small, and what each person wishes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from sqlalchemy import select

from engine.calendar import PARIS
from engine.errors import Conflict
from workflows.association import wording
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none
from workflows.association.cohorts import candidacies, figures, planning, records
from workflows.association.cohorts.merging import JOIN, phase_end, targets
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.records import Record, Subject, Values

_ADVICE: Final = {
    "MERGE": ("réunir le groupe à un autre", "join the group to another one"),
    "CLOSE": ("clore à la fin de la phase", "close at the end of the phase"),
    "GO_ON": ("continuer ainsi", "go on as it is"),
}
CAUSES: Final = {
    "SIZE": ("cinq personnes ou moins", "five people or fewer"),
    "LEADS": ("personne pour animer avec qui reste", "nobody to lead with who stays"),
}


class NoSeatLeft(Conflict):
    """The other group has no seat left: choose another answer."""

    code: ClassVar[str] = "cohort_no_seat_left"


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    session, english = subject.session, subject.language == "en"
    found = uuid_or_none(subject.variables, "cohort_id")
    cohort = session.get(Cohort, found) if found is not None else None
    if cohort is None:
        return {}
    advice = _ADVICE.get(text(subject.variables, "advice"), ("une personne décide", "a person decides"))
    end = planning.session_of(session, cohort, phase_end(session, cohort, local_day(subject.now, PARIS)))
    return {
        "key": cohort.key, "sitting": str(len(records.seats(session, cohort.id))),
        "left": str(len(planning.coming(session, cohort))),
        "phase_end": wording.day(end.day, subject.language) if end is not None else "—",
        "cause_words": CAUSES.get(text(subject.variables, "cause"), ("—", "—"))[english],
        "advice_words": advice[english],
    }  # fmt: skip


def _write(subject: Subject, values: Values) -> Values:
    """What was chosen. Raises NoSeatLeft for a group that has filled meanwhile."""
    choice = text(values, "choice")
    if choice != "MERGE":
        return {"choice": choice, "target_key": None}
    key, today = text(values, "target"), local_day(subject.now, PARIS)
    if key not in {each.key for each, _free in targets(subject.session, uuid(subject.variables, "cohort_id"), today)}:
        raise NoSeatLeft(field="target")
    return {"choice": choice, "target_key": key}


def _read_move(subject: Subject, fields: Iterable[str]) -> Values:
    session = subject.session
    target = records.by_key(session, text(subject.variables, "target_key"))
    coming = planning.coming(session, target)[:1] if target is not None else []
    day = f"{wording.day(coming[0][1].day, subject.language)}, {coming[0][1].begins:%H:%M}" if coming else "—"
    place = target.place or "—" if target is not None else "—"
    return {
        "from": text(subject.variables, "cohort_key"), "target": text(subject.variables, "target_key"), "day": day,
        "place": place,
    }  # fmt: skip


def _write_move(subject: Subject, values: Values) -> Values:
    """What somebody wishes. Raises NoSeatLeft where the other group has no seat any more."""
    session, answer = subject.session, text(values, "answer")
    seat = session.get_one(CohortSeat, uuid(subject.variables, "seat_id"))
    if answer == JOIN:
        target = session.scalars(
            select(Cohort).where(Cohort.id == uuid(subject.variables, "target_id")).with_for_update()
        ).one()
        seats = figures.limit(session, "SEATS", local_day(subject.now, PARIS))
        if target.state != "RUNNING" or candidacies.taken(session, target.id) >= seats:
            raise NoSeatLeft(field="answer")
    seat.move_answer = answer[:5]
    return {}


_SHOWN: Final = frozenset({"key", "sitting", "left", "phase_end", "cause_words", "advice_words"})
_CHOSEN: Final = frozenset({"choice", "target"})
MERGER: Final = Record(_SHOWN | _CHOSEN, _read, _CHOSEN, _write)
_MOVE: Final = frozenset({"from", "target", "day", "place"})
MOVE: Final = Record(_MOVE | {"answer"}, _read_move, frozenset({"answer"}), _write_move)
