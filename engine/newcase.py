"""A new case of a deployed version: its row, its title and business key, its first step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.bounds import BUSINESS_KEY, TITLE, check, fitting
from engine.bpmn import Case
from engine.definitions import Definition
from engine.effects import StepHost
from engine.feel.values import Value, to_text
from engine.step import Step, make_step
from engine.store import Instance
from engine.variables import encode, without

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Origin", "new_case"]

TITLE_OF, BUSINESS_KEY_OF = "case.title", "case.business_key"
IN_LANGUAGE: Final = re.compile(r"i18n\.([a-z]{2,3})\.case\.title")


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a case begins: the caller it serves, what triggered it (`StartEvent.trigger`), the keys it was given."""

    start_element: str | None = None
    parent_id: UUID | None = None
    parent_token: UUID | None = None
    depth: int = 0
    business_key: str | None = None
    start_key: str | None = None
    transient: frozenset[str] = frozenset()  # what leaves no trace in the caller's history
    at: str | None = None  # the element at which it begins in the middle of its way
    reason: str = ""  # why it does


def new_case(
    engine: Engine,
    session: Session,
    found: Definition,
    variables: Mapping[str, Value],
    by: Actor,
    origin: Origin,
    instance_id: UUID | None = None,
) -> Step:
    """The case after its first step, nothing written yet: `engine.advance.advance` does."""
    check({"business key": origin.business_key}, BUSINESS_KEY)
    instance = _row(engine, found, by, origin, instance_id or uuid4())
    host = StepHost(engine, session, instance.id, found)
    called = origin.parent_id is not None
    case = Case.start(
        found.spec, variables=variables, host=host, start_element=origin.start_element, called=called, at=origin.at
    )
    step = make_step(engine, session, instance, found, case, by, stored=False)
    step.host = host
    instance.title = _property(step, TITLE_OF, TITLE)
    instance.titles = _titles(step)
    instance.business_key = instance.business_key or _property(step, BUSINESS_KEY_OF, BUSINESS_KEY)
    data: dict[str, object] = {"variables": encode(without(variables, found.transient | origin.transient))}
    began_at = origin.start_element.partition(" (")[0] if origin.start_element else origin.at
    if origin.at is not None:
        data |= {"midway": True, "reason": origin.reason}
    step.note("case_started", began_at, by=by.id, data=data if variables or origin.at is not None else None)
    return step


def _row(engine: Engine, found: Definition, by: Actor, origin: Origin, instance_id: UUID) -> Instance:
    return Instance(
        id=instance_id,
        definition_id=found.id,
        process_id=found.process_id,
        rev=1,
        status="active",
        business_key=origin.business_key,
        title=None,
        titles=None,
        started_at=engine.clock.now(),
        started_by=by.id,
        ended_at=None,
        parent_id=origin.parent_id,
        parent_token=origin.parent_token,
        depth=origin.depth,
        start_key=origin.start_key,
        incidents=0,
    )


def _titles(step: Step) -> dict[str, str] | None:
    """The title in every other language that the diagram gives it in (`i18n.<language>.case.title`)."""
    declared = ((IN_LANGUAGE.fullmatch(name), name) for name in step.definition.properties)
    found = {match[1]: _property(step, name, TITLE) for match, name in declared if match is not None}
    return {language: title for language, title in found.items() if title} or None


def _property(step: Step, name: str, length: int) -> str | None:
    """The text of a `case.*` property of the process, its expressions evaluated over the root scope."""
    site = step.definition.properties.get(name)
    if site is None:
        return None
    value, _ = site.evaluate(step.case.variables, step.engine.environment)
    return None if value is None or value == "" else fitting(to_text(value), length)
