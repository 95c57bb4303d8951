"""Elements that running cases may stand at and that have another id in a version: which each became, with a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn import Element, ProcessSpec
from engine.definitions import definition
from engine.engine import Engine
from engine.models import ProcessInstance

__all__ = ["PREFIX", "Lost", "chosen", "lost"]

PREFIX: Final = "moved."  # of the name of a field; the id of the former element follows
ALIKE: Final = 0.6  # from which likeness of names on one is guessed


@dataclass(frozen=True, slots=True)
class Lost:
    """An element that is not in the other version under its id. `options`: elements of its kind that are new there,
    id and name; `guess`: which of them it seems to be, "" for none."""

    id: str
    name: str
    options: Sequence[tuple[str, str]]
    guess: str


def lost(session: Session, engine: Engine, target: ProcessSpec, language: str) -> Sequence[Lost]:
    """Of every version that has running cases, in the order of its diagram; only what may have become something."""
    query = select(ProcessInstance.definition_id).where(
        ProcessInstance.process_id == target.process_id, ProcessInstance.ended_at.is_(None)
    )
    former: dict[str, Element] = {}
    for id_ in session.scalars(query.distinct().order_by(ProcessInstance.definition_id)):
        former |= definition(session, engine, id_).spec.elements
    new = [each for each in target.elements.values() if each.id not in former]
    gone = [each for each in former.values() if each.id not in target.elements]
    rows = [_row(each, [one for one in new if one.type == each.type], language) for each in gone]
    return [row for row in rows if row.options]


def _row(gone: Element, alike: Sequence[Element], language: str) -> Lost:
    likeness = {one.id: _likeness(gone, one) for one in alike}
    best = max(alike, key=lambda one: likeness[one.id], default=None)
    guess = best.id if best is not None and likeness[best.id] >= ALIKE else alike[0].id if len(alike) == 1 else ""
    options = [(one.id, one.name_in(language) or one.id) for one in alike]
    return Lost(gone.id, gone.name_in(language) or gone.id, options, guess)


def _likeness(was: Element, now: Element) -> float:
    """Of names where both have one, else of ids; from 0 to 1."""
    names = (was.name, now.name) if was.name and now.name else (was.id, now.id)
    return float(SequenceMatcher(None, names[0].casefold(), names[1].casefold()).ratio())


def chosen(fields: Mapping[str, str], rows: Sequence[Lost]) -> Mapping[str, str] | None:
    """What somebody chose: former id by new one; what is not offered is left out. None where nobody has chosen yet."""
    said = {row.id: fields[PREFIX + row.id] for row in rows if PREFIX + row.id in fields}
    if not said:
        return None
    offered = {row.id: {id_ for id_, _ in row.options} for row in rows}
    return {former: target for former, target in said.items() if target in offered[former]}
