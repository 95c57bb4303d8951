"""The list of cases that a viewer may see, newest first, by keyset; narrowed and searched by indexes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import search
from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from webapp.authorize import Viewer, authorize
from webapp.dates import read_moment
from webapp.operations.diagrams import element_name
from webapp.operations.narrowing import Narrowing, narrowing_of, states
from webapp.operations.subjects import records, subjects_of
from webapp.process_titles import number_beside, processes
from webapp.words import _

PAGE = 50
LONGEST_SEARCH = 80
AT_ONCE = 100  # matches that are asked for together
PIECES = 2  # of a search that one page reads


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: UUID
    title: str | None
    subject: str
    process: str
    business_key: str | None
    stands: str  # what people are asked; the state first where it is not the running one
    incidents: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class CaseListing:
    """A page of cases and what was asked. `searching`: the search has not come to an end, older cases may match."""

    text: str
    narrowing: Narrowing
    processes: Sequence[tuple[str, str]]
    statuses: Sequence[tuple[str, str]]
    rows: Sequence[CaseRow]
    next_url: str | None
    searching: bool


def cases(session: Session, engine: Engine, viewer: Viewer, language: str, args: MultiDict[str, str]) -> CaseListing:
    """The cases that match, as many as a page holds."""
    text = " ".join(args.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    narrowing = narrowing_of(session, engine, language, args)
    conditions = narrowing.conditions(session, engine.clock.now())
    query = select(ProcessInstance).where(authorize(viewer, "read", ProcessInstance), *conditions)
    place = _place(args.get("after", ""))
    if text:
        found, rest = _searched(session, query, search.Sought.of(text, records(session, text)), place)
    else:
        found, rest = session.scalars(_newest(query, place).limit(PAGE + 1)).all(), None
    more = (found[PAGE - 1].started_at, found[PAGE - 1].id) if len(found) > PAGE else rest
    subjects = subjects_of(session, engine, (case.id for case in found[:PAGE]), pairs_for=viewer)
    waits = _waits(session, engine, [case.id for case in found[:PAGE] if case.ended_at is None], language)
    known = dict(processes(session, language))
    return CaseListing(
        text=text,
        narrowing=narrowing,
        processes=[*known.items()],
        statuses=[("", _("All states")), *states().items(), ("incidents", _("something stands still"))],
        rows=[_row(case, subjects.get(case.id, ""), known, waits.get(case.id, ""), language) for case in found[:PAGE]],
        next_url=_url(text, narrowing, more),
        searching=rest is not None and len(found) <= PAGE,
    )


def _waits(session: Session, engine: Engine, ids: Sequence[UUID], language: str) -> Mapping[UUID, str]:
    """What people are asked in each case: the name of the task that is due first, and how many more there are."""
    query = select(UserTask.instance_id, UserTask.definition_id, UserTask.element).where(
        UserTask.instance_id.in_(ids), UserTask.state == "created"
    )
    asked: dict[UUID, list[str]] = defaultdict(list)
    for instance_id, definition_id, element in session.execute(query.order_by(UserTask.rank_at, UserTask.id)):
        asked[instance_id].append(element_name(session, engine, definition_id, element, language))
    return {
        id_: names[0] if len(names) == 1 else _("%(name)s, and %(num)d more", name=names[0], num=len(names) - 1)
        for id_, names in asked.items()
    }


def operable(session: Session, viewer: Viewer, found: CaseListing) -> frozenset[UUID]:
    """Which of the listed cases the viewer may operate."""
    ids = [row.id for row in found.rows]
    query = select(ProcessInstance.id).where(ProcessInstance.id.in_(ids), authorize(viewer, "operate", ProcessInstance))
    return frozenset(session.scalars(query))


def _newest(query: Select[Any], place: search.Place | None) -> Select[Any]:
    if place is not None:
        query = query.where(tuple_(ProcessInstance.started_at, ProcessInstance.id) < place)
    return query.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc())


def _searched(
    session: Session, query: Select[Any], sought: search.Sought, place: search.Place | None
) -> tuple[Sequence[ProcessInstance], search.Place | None]:
    """A page of matches and one more where there are so many; and where the search goes on, where it has not ended."""
    found: list[ProcessInstance] = []
    for part in islice(search.pieces(session, sought, place), PIECES):
        for start in range(0, len(part.places), AT_ONCE):
            ids = [id_ for _, id_ in part.places[start : start + AT_ONCE]]
            found += session.scalars(_newest(query.where(ProcessInstance.id.in_(ids)), None)).all()
            if len(found) > PAGE:
                return found, None
        place = part.rest
    return found, place


def _url(text: str, narrowing: Narrowing, place: search.Place | None) -> str | None:
    if place is None:
        return None
    asked: dict[str, Any] = narrowing.asked() | ({"q": text} if text else {})
    return url_for("operations.cases", **asked, after=f"{place[0].isoformat()}~{place[1]}")


def _row(case: ProcessInstance, subject: str, titles: Mapping[str, str], waits: str, language: str) -> CaseRow:
    return CaseRow(
        case.id,
        case.title_in(language),
        subject,
        titles[case.process_id],
        number_beside(case.title_in(language), case.business_key),
        _stands(case, waits),
        case.incidents,
        case.started_at,
    )


def _stands(case: ProcessInstance, waits: str) -> str:
    state = states().get(case.status, case.status)
    if not waits:
        return state
    return waits if case.status == "active" else f"{state} · {waits}"


def _place(after: str) -> search.Place | None:
    """Where the page before ended; None for what no page of ours wrote."""
    at, _sep, case_id = after.partition("~")
    try:
        return read_moment(at), UUID(case_id)
    except ValueError:
        return None
