"""One case as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.choosing import open_choices
from engine.engine import Engine
from engine.feel.values import Value
from engine.models import Incident, ProcessDefinition, ProcessInstance, UserTask
from engine.stuck import UNKNOWN
from webapp import authorize
from webapp.authorize import Viewer
from webapp.behalf import evidence
from webapp.behalf.answerable import answerable
from webapp.behalf.personal import reason
from webapp.comments import store as comments
from webapp.decision_words import CaseDecisions
from webapp.files.routes import documents
from webapp.inbox.context import diagram_of, open_tasks
from webapp.inbox.due import Due, due
from webapp.inbox.undoing import offers_in
from webapp.operations import story
from webapp.operations.ahead import ahead
from webapp.operations.diagrams import drawing
from webapp.operations.drawing import Drawing
from webapp.operations.effects import left_the_house, params_in_words
from webapp.operations.names import names_of, tongues_of
from webapp.operations.narrowing import states
from webapp.operations.person_box import person_address, person_box
from webapp.operations.subjects import subjects_of
from webapp.operations.value_words import ValueWords
from webapp.operations.variables import in_words, variables_of
from webapp.person.mail_words import status_words
from webapp.process_titles import number_beside, process_title
from webapp.refusal_words import incident_in_words
from webapp.task_work import new_key
from workflows.association import discretion, received_mails
from workflows.association.role_names import role_name

RECENT, ALL = 25, 5_000
COLOURS = {"active": "blue", "suspended": "yellow", "completed": "green", "canceled": "grey"}


@dataclass(frozen=True, slots=True)
class CaseHead:
    id: UUID
    title: str | None
    process: str
    business_key: str | None
    status: str
    state: str
    colour: str
    version: int
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenTask:
    id: UUID
    name: str
    due: Due
    role: str
    who: str
    readable: bool
    for_subject: bool  # staff may answer it for whom the case is about
    personal: str  # why not, where it is that person's


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """An ad-hoc sub-process at work: what may begin in it now, each with a key for its one request."""

    token: UUID
    name: str
    may_begin: Sequence[tuple[str, str, str]]  # element, name, request key


@dataclass(frozen=True, slots=True)
class OpenIncident:
    id: UUID
    name: str
    message: str
    raised_at: datetime
    undecided: bool  # it goes on by a decision, not by another attempt


def page_of(
    session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance, language: str, *, whole: bool
) -> dict[str, object]:
    """What the template of the case page shows to this viewer. Variables: for owners of the process and overseers."""
    drawn, variables = drawing(session, engine, case.definition_id), variables_of(session, engine, case.id)
    found = story.events(session, case.id, limit=ALL if whole else RECENT)
    words = CaseDecisions(session, engine, case.definition_id, language)
    about = person_box(session, variables, language)
    said = comments.of_case(session, case.id) if viewer.staff else []  # “Seen by staff who handle this case”
    may_operate = viewer.oversees or (viewer.staff and case.process_id in viewer.processes)
    seen = discretion.seen(variables, case.process_id, viewer.actor.roles)
    inputs = may_operate and (case.process_id not in discretion.PROCESSES or discretion.may_read(viewer.actor.roles))
    return {
        "case": _head(session, case, language),
        "incidents": _incidents(session, case.id, drawn, language),
        "may_operate": may_operate,
        "may_comment": viewer.staff,
        "view": diagram_of(session, engine, viewer, case, language),
        "choices": _choices(session, engine, case.id, drawn, language) if viewer.staff else [],
        "undoable": offers_in(session, viewer, case.id),
        "tasks": _tasks(session, engine, viewer, case.id, drawn, language),
        "ahead": ahead(session, case.id, drawn, language),
        "history": story.tell(session, found, drawn, language, words, inputs=inputs, reasons=viewer.staff),
        "more_history_url": None
        if whole or len(found) < RECENT
        else url_for("operations.case", instance_id=case.id, history="all", _anchor="history"),
        "about": about,
        "subject": "" if about else subjects_of(session, engine, [case.id], pairs_for=viewer).get(case.id, ""),
        "about_url": person_address(session, variables, case.id),
        "files": documents(session, viewer, case),
        "behalf": evidence.told(session, engine, case, language),
        "received": (received := received_mails.of_case(session, case.id)),
        "status_words": status_words,
        "answered_in": received_mails.tongues(session, received, language),
        "comments": said,
        "tongues": tongues_of(session, {each.author for each in said}, language),
        "left": left_the_house(session, case, drawn, language),
        "variables": in_words(_called(session, engine, case, seen, words)) if may_operate else [],
        "withheld": may_operate and len(seen) < len(variables),
    }


def _called(
    session: Session, engine: Engine, case: ProcessInstance, seen: Mapping[str, Value], words: CaseDecisions
) -> dict[str, Value]:
    """The values with words before the codes among them."""
    found = ValueWords(session, engine, case.definition_id, words)
    return {name: found.worded(name, value) for name, value in seen.items()}


def _head(session: Session, case: ProcessInstance, language: str) -> CaseHead:
    version = session.scalars(select(ProcessDefinition.version).where(ProcessDefinition.id == case.definition_id)).one()
    return CaseHead(
        case.id,
        case.title_in(language),
        process_title(session, case, language),
        number_beside(case.title_in(language), case.business_key),
        case.status,
        states().get(case.status, case.status),
        COLOURS.get(case.status, "grey"),
        version,
        case.started_at,
        case.ended_at,
    )


def _incidents(session: Session, instance_id: UUID, drawn: Drawing, language: str) -> Sequence[OpenIncident]:
    found = session.scalars(
        select(Incident)
        .where(Incident.instance_id == instance_id, Incident.resolved_at.is_(None))
        .order_by(Incident.raised_at)
    )
    return [
        OpenIncident(
            each.id,
            _label(drawn, each.element, language),
            incident_in_words(each.code, params_in_words(each.params), each.message),
            each.raised_at,
            each.code == UNKNOWN,
        )
        for each in found
    ]


def _choices(
    session: Session, engine: Engine, instance_id: UUID, drawn: Drawing, language: str
) -> Sequence[OpenChoice]:
    return [
        OpenChoice(
            each.token,
            _label(drawn, each.element, language),
            [(one, _label(drawn, one, language), new_key()) for one in each.enabled],
        )
        for each in open_choices(session, engine, instance_id)
    ]


def _tasks(
    session: Session, engine: Engine, viewer: Viewer, instance_id: UUID, drawn: Drawing, language: str
) -> Sequence[OpenTask]:
    found = open_tasks(session, instance_id)
    names = names_of(session, (task.assignee for task in found))
    mine = select(UserTask.id).where(UserTask.instance_id == instance_id, authorize.authorize(viewer, "read", UserTask))
    readable = set(session.scalars(mine))
    between, now = engine.settings.staff_calendar(session).between, engine.clock.now()
    return [
        OpenTask(
            task.id,
            _label(drawn, task.element, language),
            due(task.due_at, now, between),
            role_name(task.role, language),
            names.get(task.assignee or "", ""),
            task.id in readable,
            answerable(viewer, task),
            reason(task),
        )
        for task in found
    ]


def _label(drawn: Drawing, element: str, language: str) -> str:
    shape = drawn.shapes.get(element)
    return element if shape is None else shape.label(language)
