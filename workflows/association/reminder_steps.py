"""Service tasks of the reminder ladder: rungs are dated, each is checked just before it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from engine.errors import WorkFailed
from engine.feel.values import from_python, to_python
from engine.prepared import write
from engine.registry import ServiceTask, ServiceWork, service_task
from workflows.association import figures, people, reminders, renewals, roles
from workflows.association.case_variables import day, local_day, text, uuid, uuid_or_none, whole
from workflows.association.reminders import Days, Guard, Reminder, Rung
from workflows.association.settings import Association
from workflows.association.sms import reminders as sms_reminders

GUARDS: Final[Mapping[str, Guard]] = MappingProxyType({"RENEWAL": renewals.reason_not_to_remind})
_NOTE: Final = insert(Reminder)


@service_task("reminder.plan", results=("rungs", "rung_number"))
def plan(work: ServiceWork) -> Mapping[str, object]:
    """Dates the rungs. Raises WorkFailed for a list that is none, or a guard that nobody knows."""
    asked = work.variables.get("rungs")
    if not isinstance(asked, list) or not all(isinstance(each, Mapping) for each in asked):
        raise WorkFailed("a ladder needs a list of rungs", again=False)
    if text(work.variables, "guard") not in {"", *GUARDS}:
        raise WorkFailed("nobody knows the guard of this ladder", again=False)
    days = Days(work.engine.settings.work_calendar)
    person_id = uuid(work.variables, "person_id")
    last = figures.days(work.session, "LAST_CALL", local_day(work.now, work.engine.settings.zone))
    dated = reminders.plan(asked, day(work.variables, "anchor"), person_id, days, work.now, last)
    return {"rungs": [each.dump() for each in dated], "rung_number": 1}


def checking(association: Association) -> ServiceTask:
    """The service task `reminder.check` of an association."""

    def work(work: ServiceWork) -> Mapping[str, object]:
        return check(work, association)

    return ServiceTask("reminder.check", work, results=frozenset({"rung", "verdict", "caller", "rung_number"}))


def check(work: ServiceWork, association: Association) -> Mapping[str, object]:
    """Says which way the rung that is due goes now, and notes it in the journal; a short message goes beside the mail
    of a rung that asks for both."""
    number = whole(work.variables, "rung_number", 1)
    rung = _rung(work, number)
    answer: dict[str, object] = {"rung": rung.dump(), "caller": None, "rung_number": number + 1}
    if rung.channel == reminders.NONE:
        return {**answer, "verdict": reminders.SKIP}
    reader = reminders.reader(work.session, uuid(work.variables, "person_id"))
    guard = GUARDS.get(text(work.variables, "guard"))
    held = reminders.held(work.session, reader, rung, guard, work.variables)
    catch_up = figures.catch_up(work.session, local_day(work.now, work.engine.settings.zone))
    way, outcome, reason = reminders.verdict(rung, held, reader, work.now, catch_up)
    _note(work, rung, way if way != reminders.SKIP else rung.channel, outcome, reason)
    if rung.channel == reminders.MAIL_SMS and way == reminders.MAIL:
        outcome, reason = sms_reminders.remind(work, association, rung.template)
        _note(work, rung, "SMS", outcome, reason)
    caller = _delegate(work, reader.id) if way == reminders.CALL and reader is not None else None
    return {**answer, "verdict": way, "caller": caller}


@service_task("reminder.note_call", results=())
def note_call(work: ServiceWork) -> None:
    """What a call brought; who wants no more reminders has none from now on."""
    person_id, outcome = uuid(work.variables, "person_id"), text(work.variables, "call_outcome")
    query = select(Reminder).where(Reminder.instance_id == work.instance_id, Reminder.channel == reminders.CALL)
    called = work.session.scalars(query.order_by(Reminder.at.desc())).first()
    if called is not None:
        called.answer = outcome[:16]
    if outcome == "NO_MORE":
        reminders.opt_out(work.session, person_id, at=work.now, source="CALL")


def _rung(work: ServiceWork, number: int) -> Rung:
    rungs = work.variables.get("rungs")
    found = rungs[number - 1] if isinstance(rungs, list) and 0 < number <= len(rungs) else None
    if not isinstance(found, Mapping):
        raise WorkFailed("this rung is not on the ladder", again=False)
    return Rung(
        text(found, "channel"), text(found, "template"), found.get("legal") is True,
        _moment(found, "at"), _moment(found, "until"),
    )  # fmt: skip


def _moment(rung: Mapping[str, object], name: str) -> datetime:
    value = to_python(from_python(rung.get(name)))
    if not isinstance(value, datetime):
        raise WorkFailed("a rung needs its moment", again=False)
    return value


def _note(work: ServiceWork, rung: Rung, channel: str, outcome: str, reason: str | None) -> None:
    row = {
        "id": uuid4(),
        "person_id": uuid(work.variables, "person_id"),
        "instance_id": work.instance_id,
        "case_id": uuid_or_none(work.variables, "case_id"),
        "template": rung.template[:60],
        "channel": channel,
        "due_at": rung.at,
        "at": work.now,
        "outcome": outcome,
        "reason": reason,
        "answer": None,
    }
    write(work.session, _NOTE, [row])


def _delegate(work: ServiceWork, person_id: UUID) -> str | None:
    """The delegate of the person's own class, as an actor; None where the class has none, or the person is it."""
    person = people.get(work.session, person_id)
    if person is None:
        return None
    today = local_day(work.now, work.engine.settings.zone)
    for diploma in reversed(person.diplomas):
        scope = roles.of_class(diploma.programme, diploma.promotion_year)
        for holder in roles.holders(work.session, "PROMO_DELEGATE", today, scope=scope):
            if holder != person.id:
                return f"person:{holder}"
    return None
