"""What a search in the inbox finds: tasks by words of their case, by whom it is about, and by their own name."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from engine import search
from engine.engine import Engine
from engine.folding import fold
from engine.inbox import Filters
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
    return replace(filters, found=or_(*cases, *named), few=few and not named)


def _cases(session: Session, sought: search.Sought) -> tuple[list[ColumnElement[bool]], bool]:
    """The tasks of the cases that are found by words and those found by people, and whether all cases are named one by
    one. Where a word is too common for that, the cases about people of this name mostly are not."""
    parts = [search.Sought(words=sought.words)] if sought.words else []
    if sought.records:
        parts.append(search.Sought(records=sought.records))
    found: list[ColumnElement[bool]] = [false()]
    few = True
    for part in parts:
        cases = search.first_matches(session, part, FEW)
        few = few and cases is not None
        by_case = search.found(part, UserTask.instance_id) if cases is None else UserTask.instance_id.in_(cases)
        found.append(by_case)
    return found, few


def _named(session: Session, engine: Engine, text: str, language: str) -> list[ColumnElement[bool]]:
    """Tasks whose name in the reader's language holds the text, accents aside, in any version that has open tasks."""
    waiting = exists().where(OPEN, UserTask.definition_id == ProcessDefinition.id)
    wanted = fold(text)
    return [
        and_(UserTask.definition_id == version, UserTask.element.in_(elements))
        for version in session.scalars(select(ProcessDefinition.id).where(waiting))
        if wanted and (elements := _elements(session, engine, version, wanted, language))
    ]


def _elements(session: Session, engine: Engine, version: UUID, wanted: str, language: str) -> list[str]:
    shapes = drawing(session, engine, version).shapes.values()
    return [shape.id for shape in shapes if shape.kind == "userTask" and wanted in fold(shape.label(language))]
