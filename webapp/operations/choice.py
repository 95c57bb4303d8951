"""Which cases an act on many of them is about: those ticked in the list, all that a filter finds, those of an act."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine.collective.tables import CollectiveCase
from engine.engine import Engine
from engine.errors import Invalid
from engine.models import ProcessInstance
from webapp.authorize import Viewer, authorize
from webapp.operations.narrowing import narrowing_of

MOST: Final = 5_000
TICKED: Final = 200


class TooManyCases(Invalid):
    """These are more than {most} cases: narrow the list first, by process, state or age."""

    code: ClassVar[str] = "too_many_cases"


@dataclass(frozen=True, slots=True)
class Choice:
    """The cases, the newest first."""

    cases: Sequence[ProcessInstance]

    @property
    def processes(self) -> frozenset[str]:
        return frozenset(case.process_id for case in self.cases)

    def mark(self, *said: str) -> str:
        """A short text that is another one for other cases, or when something else is to be done with them."""
        told = "\n".join([*said, *sorted(str(case.id) for case in self.cases)])
        return hashlib.sha256(told.encode()).hexdigest()[:24]


def chosen(session: Session, engine: Engine, viewer: Viewer, language: str, args: MultiDict[str, str]) -> Choice:
    """What the address names and the viewer may operate; the rest does not exist for him. Raises TooManyCases."""
    query = select(ProcessInstance).where(authorize(viewer, "operate", ProcessInstance))
    former = _ids([args.get("of", "")])
    if former:
        done = select(CollectiveCase.instance_id).where(
            CollectiveCase.act_id == former[0], CollectiveCase.state == "done"
        )
        query = query.where(ProcessInstance.id.in_(done))
    elif args.get("all"):
        query = query.where(*narrowing_of(session, engine, language, args).conditions(session, engine.clock.now()))
    else:
        query = query.where(ProcessInstance.id.in_(_ids(args.getlist("case"))))
    return Choice(_bounded(session, query))


def _bounded(session: Session, query: Select[Any]) -> Sequence[ProcessInstance]:
    counted = select(func.count()).select_from(query.with_only_columns(ProcessInstance.id).limit(MOST + 1).subquery())
    if session.execute(counted).scalar_one() > MOST:
        raise TooManyCases(most=MOST)
    return session.scalars(query.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc())).all()


def _ids(given: Iterable[str]) -> list[UUID]:
    """What is no id says nothing."""
    found = []
    for text in list(given)[:TICKED]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
