"""What is promised in a case and not due yet, in words: “reminder on 24 November 2026, 09:00”."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import Job, Subscription
from webapp.dates import moment
from webapp.operations.drawing import Drawing
from webapp.studio.places import called
from webapp.words import _

MOST = 30


@dataclass(frozen=True, slots=True)
class Ahead:
    """One entry; `timer` is the token of a timer whose date may be changed, `job` the id of other work that may."""

    text: str
    timer: UUID | None = None
    job: UUID | None = None


def ahead(session: Session, instance_id: object, drawing: Drawing, language: str) -> Sequence[Ahead]:
    """Jobs by their date, then the messages that are waited for."""
    jobs = session.scalars(select(Job).where(Job.instance_id == instance_id).order_by(Job.due_at, Job.id).limit(MOST))
    waits = session.scalars(
        select(Subscription).where(Subscription.instance_id == instance_id).order_by(Subscription.opened_at).limit(MOST)
    )
    return [
        *(
            Ahead(
                _job(job, element_name(drawing, job.element, language)),
                job.token if job.kind == "timer" else None,
                job.id if job.kind != "timer" and job.leased_until is None else None,
            )
            for job in jobs
        ),
        *(
            Ahead(_("As soon as there is an answer: %(name)s", name=element_name(drawing, wait.element, language)))
            for wait in waits
        ),
    ]


def element_name(drawing: Drawing, element: str | None, language: str) -> str:
    """The name of an element, behind that of the activity at whose boundary it stands; one that was drawn without a
    name is called by what comes before it."""
    shape = drawing.shapes.get(element or "")
    if shape is None:
        return ""
    host = drawing.shapes.get(shape.attached_to or "")
    if host is None:
        return called(drawing, shape.id, language, bare=True)
    return f"{host.label(language)} ({shape.label(language)})"


def effect_words(kind: str, payload: Mapping[str, object], name: str, *, held: bool, failed: bool) -> str:
    """What happens once a promised job is due, in a sentence; `name` is empty where it is of no element."""
    if kind != "deadline":
        return _work_words(kind, name, held=held, failed=failed)
    if payload.get("share") == 50:
        return _("A reminder of “%(name)s” is sent, if it is not done by then.", name=name)
    if payload.get("share") == 100:
        return _("The head of its role is told that “%(name)s” is late, if it is not done by then.", name=name)
    return _("The general delegate is told that “%(name)s” is late, if it is not done by then.", name=name)


def _work_words(kind: str, name: str, *, held: bool, failed: bool) -> str:
    if held:
        return _("“%(name)s” gave up and is held.", name=name or _("the case"))
    if kind == "continue":
        return _("The case goes on. An answer that can be taken back until then stays.")
    if not name:
        return _("The case goes on.")
    return (
        _("The work “%(name)s” is tried again.", name=name) if failed else _("The work “%(name)s” is done.", name=name)
    )


def _job(job: Job, name: str) -> str:
    at = moment(job.due_at)
    if job.kind == "deadline":
        if job.payload.get("share") == 50:
            return _("%(at)s: reminder of “%(name)s”", at=at, name=name)
        return _("%(at)s: “%(name)s” is passed on if it is not done", at=at, name=name)
    if job.kind == "timer":
        return _("%(at)s: %(name)s", at=at, name=name)
    if job.held:
        return _("%(name)s is held", name=name)
    if job.error:
        return _("%(at)s: %(name)s is tried again", at=at, name=name)
    return _("%(at)s: %(name)s goes on", at=at, name=name or _("the case"))
