"""One journey as its page shows it, and the tasks that are the viewer's own in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.errors import NotFound
from engine.models import ProcessInstance, UserTask
from webapp import authorize
from webapp.auth import current_day
from webapp.authorize import Viewer
from webapp.behalf import evidence
from webapp.dates import day, full_day
from webapp.files.routes import documents
from webapp.inbox.due import last_day
from webapp.inbox.task_page import closed_words, instructions
from webapp.journey import listing, organising, programme, visiting
from webapp.journey.acts import Button, buttons
from webapp.journey.organising import Road
from webapp.journey.paying import to_pay
from webapp.journey.steps import Journey, derive
from webapp.journey.turns import turns, usual_delay
from webapp.operations import story
from webapp.operations.diagrams import drawing
from webapp.operations.names import names_of
from webapp.process_titles import process_title
from webapp.words import _
from workflows.association.mentoring import guides
from workflows.association.wording import typographic


@dataclass(frozen=True, slots=True)
class OwnTask:
    """A task of the viewer, in the member's words."""

    id: UUID
    instance_id: UUID
    title: str
    due: date | None
    instructions: str
    open: bool
    closed_words: str
    url: str
    guide: str = ""  # which guide of mentoring is about this step


@dataclass(frozen=True, slots=True)
class Ending:
    title: str
    text: str


def own_case(session: Session, viewer: Viewer, instance_id: UUID) -> ProcessInstance:
    """The case, if it is about the viewer. Staff see cases on their own pages. Raises NotFound."""
    found = session.scalars(
        select(ProcessInstance).where(ProcessInstance.id == instance_id, authorize.about_me(viewer))
    ).one_or_none()
    if found is None:
        raise NotFound(kind="case", id=str(instance_id))
    return found


def own_task(session: Session, viewer: Viewer, instance_id: UUID, task_id: UUID) -> UserTask:
    """The task, if it is the viewer's in this case. Raises NotFound."""
    own_case(session, viewer, instance_id)
    found = authorize.task(session, viewer, "read", task_id)
    if found.instance_id != instance_id:
        raise NotFound(kind="task", id=str(task_id))
    return found


def journey_of(
    session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance, language: str
) -> dict[str, object]:
    """What the template of the journey shows."""
    drawn = drawing(session, engine, case.definition_id)
    tasks = _open_tasks(session, viewer, case.id)
    payment = to_pay(session, [case.id]).get(case.id)
    mine = {task.element for task in tasks} | ({payment[0]} if payment else set())
    journey = derive(drawn, story.progress(session, case.id, mine, ended=case.ended_at is not None), language)
    guided = programme.of_case(session, engine, viewer, case, language)
    turn = turns(session, viewer, case, language, current_day())
    own = [task_view(session, engine, viewer, task, language) for task in tasks]
    links = {task.element: _address(task) for task in (*_done_tasks(session, viewer, case.id), *tasks)}
    if payment:
        links[payment[0]] = payment[1]
    usual = usual_delay(session, case, journey.next_step.element) if journey.next_step is not None else ""
    road = organising.road_of(session, engine, viewer, case, language)
    if road is not None:
        journey = Journey((*journey.groups, *road.groups))
        links, turn = {**links, **road.links}, {**turn, **road.turns}
        ahead = [task_view(session, engine, viewer, task, language) for task in road.tasks]
        own += [replace(each, url=url_for("inbox.task", task_id=each.id)) for each in ahead]
    caption, title = _names(session, viewer, case, language, road)
    return {
        "journey_title": title,
        "caption": caption,
        "journey": journey,
        "task": own[0] if own else None,
        "payment_url": payment[1] if payment else None,
        "links": links,
        "ended": _ending_of(road) if road is not None else _ending(case, visiting.stands(session, engine, case)),
        "behalf": evidence.told(session, engine, case, language),
        "files": documents(session, viewer, case, internal=False),
        "programme": guided,
        "turns": turn,
        "dated": programme.next_date(guided) if not turn and not own and not payment else None,
        "usual": usual,
        "abroad": programme.abroad(session, engine, viewer),
        "acts": [*_page_of(road), *buttons(session, engine, viewer, case, language)],
    }


def _names(
    session: Session, viewer: Viewer, case: ProcessInstance, language: str, road: Road | None
) -> tuple[str, str]:
    """Caption and heading: what a case is about, and what it is; of an event that somebody organises, the event."""
    if road is not None:
        return _("An event that you organise"), road.event.title(language)
    about = listing.subjects(session, viewer, [case], language).get(case.id)
    return about or case.title_in(language) or case.business_key or "", process_title(session, case, language)


def _page_of(road: Road | None) -> Sequence[Button]:
    if road is None:
        return ()
    return (Button(_("Registrations, changes, calling off"), url_for("events.page", key=road.event.key)),)


def _ending_of(road: Road) -> Ending | None:
    """How the road of an event ended; None while something is to come."""
    found = None if road.goes_on else _ending(road.last)
    if found is None or not road.fate:
        return found
    closed = road.event.closed_at
    return Ending(road.fate, _("It ended on %(day)s.", day=day(closed)) if closed is not None else "")


def task_view(session: Session, engine: Engine, viewer: Viewer, task: UserTask, language: str) -> OwnTask:
    """A task in the member's words."""
    shape = drawing(session, engine, task.definition_id).shapes[task.element]
    names = names_of(session, [task.closed_by])
    return OwnTask(
        id=task.id,
        instance_id=task.instance_id,
        title=typographic(shape.properties.get(f"journey.{language}") or shape.label(language)),
        due=None if task.due_at is None else last_day(task.due_at),
        instructions=instructions(task, shape, language),
        open=task.state == "created",
        closed_words=_own_words(viewer, task) or closed_words(task, names.get(task.closed_by or "", "")),
        url=_address(task),
        guide=_guide(session, task),
    )


def _guide(session: Session, task: UserTask) -> str:
    found = guides.OF_STEP.get(task.element, "")
    return found if found and session.get_one(ProcessInstance, task.instance_id).process_id == "mentorship" else ""


def _own_words(viewer: Viewer, task: UserTask) -> str:
    """How the viewer himself closed the task; empty where he did not."""
    if task.state != "completed" or task.closed_at is None or task.closed_by not in viewer.identities:
        return ""
    return _("You completed this on %(day)s.", day=full_day(task.closed_at))


def _open_tasks(session: Session, viewer: Viewer, instance_id: UUID) -> Sequence[UserTask]:
    query = select(UserTask).where(UserTask.instance_id == instance_id, authorize.authorize(viewer, "work", UserTask))
    return session.scalars(query.order_by(UserTask.rank_at, UserTask.created_at)).all()


def _done_tasks(session: Session, viewer: Viewer, instance_id: UUID) -> Sequence[UserTask]:
    """What the viewer completed in this case, the newest last: he may read his answers again."""
    done = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "completed")
    return session.scalars(done.where(UserTask.closed_by.in_(viewer.identities)).order_by(UserTask.closed_at)).all()


def _address(task: UserTask) -> str:
    return url_for("journey.task", instance_id=task.instance_id, task_id=task.id)


def _ending(case: ProcessInstance, stands: tuple[str, str] | None = None) -> Ending | None:
    """How a case ended; `stands`: what it came to, where that goes on."""
    if case.ended_at is None:
        return None
    if case.status == "canceled":
        return Ending(_("This was cancelled"), _("It ended on %(day)s.", day=day(case.ended_at)))
    if stands is not None:
        return Ending(*stands)
    return Ending(_("All is done"), _("This ended on %(day)s. Thank you.", day=day(case.ended_at)))
