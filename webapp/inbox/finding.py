"""What a search in the inbox finds: tasks by words of their case, by whom it is about, and by their own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import and_, exists, false, or_, select
from sqlalchemy.orm import Session

from engine import search
from engine.engine import Engine
from engine.folding import fold
from engine.inbox import Filters, Finder
from engine.models import ProcessDefinition, UserTask
from engine.shapes import OPEN
from webapp.operations.diagrams import drawing
from webapp.operations.subjects import records

FEW = 500  # matching cases that are named one by one


def narrowed(session: Session, engine: Engine, filters: Filters, language: str) -> Filters:
    """The filters with what their text finds.

    Whoever may see a task reads on its page whom the case is about, so he may also find it by that name.
    """
    text = filters.text
    if not text:
        return filters
    sought = search.Sought.of(text, records(session, text))
    cases, few = _cases(session, sought)
    named = _named(session, engine, text, language)
    parts = [*cases, *named]
    return replace(filters, found=lambda tasks: or_(false(), *(part(tasks) for part in parts)), few=few and not named)


def _cases(session: Session, sought: search.Sought) -> tuple[list[Finder], bool]:
    """The tasks of the cases that are found by words and those found by people, and whether all cases are named one by
    one. Where a word is too common for that, the cases about people of this name mostly are not."""
    parts = [search.Sought(words=sought.words)] if sought.words else []
    if sought.records:
        parts.append(search.Sought(records=sought.records))
    found: list[Finder] = []
    few = True
    for part in parts:
        cases = search.first_matches(session, part, FEW)
        few = few and cases is not None
        found.append(_by_cases(part, cases))
    return found, few


def _by_cases(sought: search.Sought, cases: Sequence[UUID] | None) -> Finder:
    if cases is None:
        return lambda tasks: search.found(sought, tasks.instance_id)
    return lambda tasks: tasks.instance_id.in_(cases)


def _named(session: Session, engine: Engine, text: str, language: str) -> list[Finder]:
    """Tasks whose name in the reader's language holds the text, accents aside, in any version that has open tasks."""
    waiting = exists().where(OPEN, UserTask.definition_id == ProcessDefinition.id)
    wanted = fold(text)
    return [
        lambda tasks, version=version, elements=elements: (  # type: ignore[misc]
            and_(tasks.definition_id == version, tasks.element.in_(elements))
        )
        for version in session.scalars(select(ProcessDefinition.id).where(waiting))
        if wanted and (elements := _elements(session, engine, version, wanted, language))
    ]


def _elements(session: Session, engine: Engine, version: UUID, wanted: str, language: str) -> list[str]:
    shapes = drawing(session, engine, version).shapes.values()
    return [shape.id for shape in shapes if shape.kind == "userTask" and wanted in fold(shape.label(language))]
