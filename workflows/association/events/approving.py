"""Approval: the form F19 (record `approval.*`), and the service tasks that count answers and carry them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import uuid4

from engine.registry import ServiceWork, service_task
from workflows.association.case_variables import local_day, text, whole
from workflows.association.events import figures, records
from workflows.association.events.proposing import event_of as event_of_subject
from workflows.association.events.records import SCOPE, Event, EventApproval
from workflows.association.events.weighing import event_of
from workflows.association.records import Record, Subject, Values

APPROVING: Final = frozenset({"APPROVE", "CONDITIONS"})


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    return {}


def _write(subject: Subject, values: Values) -> Values:
    """Keeps what an approver decided, under the role that was asked."""
    event = event_of_subject(subject)
    if event is None:
        return {}
    decision = text(values, "decision")
    subject.session.add(
        EventApproval(
            id=uuid4(), event_id=event.id, round=event.rounds, role=text(subject.variables, "approver")[:64],
            decision=decision, note=text(values, "note").strip()[:600], decided_by=subject.by[:64],
            decided_at=subject.now,
        )
    )  # fmt: skip
    return {"decision": decision}


APPROVAL: Final = Record(frozenset({"decision", "note"}), _read, frozenset({"decision", "note"}), _write)


@service_task("event.tally", results=("verdict", "approvers", "step_no", "revise_by"))
def tally(work: ServiceWork) -> Mapping[str, object]:
    """What the approvers of a step said together: REFUSED, RETURNED, NEXT (with whom to ask now) or APPROVED."""
    event, number = event_of(work), whole(work.variables, "step_no", 0)
    said = {each.decision for each in records.approvals(work.session, event, event.rounds)}
    steps = work.variables.get("steps")
    coming = steps[number + 1 :] if isinstance(steps, list) else []
    verdict = "REFUSED" if "REFUSE" in said else "RETURNED" if "RETURN" in said else "NEXT" if coming else "APPROVED"
    patience = figures.rule(work.session, "draft", local_day(work.now, work.engine.settings.zone))
    return {
        "verdict": verdict,
        "step_no": number + 1,
        "approvers": coming[0] if coming else [],
        "revise_by": work.now + timedelta(days=patience),
    }


@service_task("event.approve", results=("was_published",))
def approve(work: ServiceWork) -> Mapping[str, object]:
    """The event is approved as it stands: its places may be taken, and a later change is weighed against this."""
    event = records.locked(work.session, event_of(work).id)
    before = event.approved is not None
    if event.state not in records.STANDING:
        return {"was_published": True}  # it took place, or was called off, while people looked at it
    event.approved_capacity, event.decided_at = event.capacity, work.now
    event.approved = {name: getattr(event, name) for name in SCOPE}
    event.state = records.PUBLISHED if before else records.PROPOSED
    return {"was_published": before}


@service_task("event.refuse", results=("was_published", "date_refused"))
def refuse(work: ServiceWork) -> Mapping[str, object]:
    """The event does not take place; a change of an approved one is taken back instead, and who registered stays.

    `date_refused`: it was moved since it was approved. That is not taken back, for the old day may be gone and so may
    its place: whoever runs it chooses another day, or calls it off."""
    event = event_of(work)
    moved = event.moved_at is not None and (event.decided_at is None or event.decided_at < event.moved_at)
    event.decided_at = work.now
    if event.state not in records.STANDING:
        return {"was_published": True, "date_refused": False}
    if event.approved is None:
        event.state, event.closed_at = records.REFUSED, work.now
        return {"was_published": False, "date_refused": False}
    take_back(event)
    return {"was_published": True, "date_refused": moved}


@service_task("event.drop", results=())
def drop(work: ServiceWork) -> None:
    """The organiser did not come back to a returned proposal; of an approved event the change is forgotten."""
    event = event_of(work)
    if event.state not in records.STANDING:
        return
    if event.approved is None:
        event.state, event.closed_at = records.DROPPED, work.now
    else:
        take_back(event)


def take_back(event: Event) -> None:
    """An approved event is again what was approved."""
    for name, value in (event.approved or {}).items():
        setattr(event, name, value)
    event.state = records.PUBLISHED
