"""What stands beside a task's form: the person, the documents, the story so far, the diagram with the position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import url_for
from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.feel.values import Value
from engine.models import Incident, ProcessInstance, UserTask
from engine.prepared import fetch
from webapp.authorize import Viewer
from webapp.files.routes import Document, documents
from webapp.operations import story
from webapp.operations.diagrams import drawing
from webapp.operations.outline import DiagramView, diagram_view
from webapp.operations.person_box import person_address, person_box
from webapp.operations.story import StoryEntry

RECENT = 6
_STANDING_STILL: Final = select(Incident.element).where(
    Incident.instance_id == bindparam("case", type_=Uuid()), Incident.resolved_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Context:
    """The box beside the form."""

    person: Sequence[tuple[str, str]]
    person_url: str
    documents: Sequence[Document]
    story: Sequence[StoryEntry]
    diagram: DiagramView


def context_of(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    case: ProcessInstance,
    variables: Mapping[str, Value],
    language: str,
) -> Context:
    """The context of one case for this viewer."""
    drawn = drawing(session, engine, case.definition_id)
    recent = story.events(session, case.id, limit=RECENT, without=story.MINOR)
    return Context(
        person=person_box(session, variables, language),
        person_url=person_address(session, variables, case.id),
        documents=documents(session, viewer, case),
        story=story.tell(session, recent, drawn, language),
        diagram=diagram_of(session, engine, viewer, case, language),
    )


def diagram_of(session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance, language: str) -> DiagramView:
    """The diagram of a case with what was done, where it stands, and what stands still."""
    standing_still = (row.element for row in fetch(session, _STANDING_STILL, {"case": case.id}))
    return diagram_view(
        url_for("operations.diagram", definition_id=case.definition_id),
        drawing(session, engine, case.definition_id),
        story.progress(session, case.id, ended=case.ended_at is not None),
        frozenset(standing_still),
        language,
    )


def open_tasks(session: Session, instance_id: object) -> Sequence[UserTask]:
    """The open tasks of a case, the most urgent first."""
    query = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "created")
    return session.scalars(query.order_by(UserTask.rank_at, UserTask.created_at)).all()
