"""The list of cases that a viewer may see, newest first, by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Text, cast, or_, select, tuple_
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine.engine import Engine
from engine.models import ProcessInstance
from webapp.authorize import Viewer, authorize
from webapp.dates import read_moment
from webapp.operations.subjects import about, subjects_of
from webapp.process_titles import process_title, processes
from webapp.words import _

PAGE = 50
LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: UUID
    title: str | None
    subject: str
    process: str
    business_key: str | None
    state: str
    incidents: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class CaseListing:
    """A page of cases and what was asked."""

    text: str
    process_id: str
    status: str
    processes: Sequence[tuple[str, str]]
    statuses: Sequence[tuple[str, str]]
    rows: Sequence[CaseRow]
    next_url: str | None


def states() -> dict[str, str]:
    """The states of a case in words."""
    return {
        "active": _("running"),
        "suspended": _("suspended"),
        "completed": _("finished"),
        "canceled": _("cancelled"),
    }


def cases(session: Session, engine: Engine, viewer: Viewer, language: str, args: MultiDict[str, str]) -> CaseListing:
    """The cases that match, as many as a page holds."""
    text = " ".join(args.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    process_id, status = args.get("process", "")[:200], args.get("status", "")
    query = select(ProcessInstance).where(authorize(viewer, "read", ProcessInstance))
    if text:
        columns = ProcessInstance.business_key, ProcessInstance.title, cast(ProcessInstance.titles, Text)
        named = (column.icontains(text, autoescape=True) for column in columns)
        query = query.where(or_(*named, about(session, text)))
    if process_id:
        query = query.where(ProcessInstance.process_id == process_id)
    if status in states():
        query = query.where(ProcessInstance.status == status)
    elif status == "incidents":
        query = query.where(ProcessInstance.incidents > 0)
    place = _place(args.get("after", ""))
    if place is not None:
        query = query.where(tuple_(ProcessInstance.started_at, ProcessInstance.id) < place)
    newest = query.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc()).limit(PAGE + 1)
    found = session.scalars(newest).all()
    subjects = subjects_of(session, engine, (case.id for case in found[:PAGE]))
    said = {"q": text, "process": process_id, "status": status}
    asked: dict[str, Any] = {name: value for name, value in said.items() if value}
    more = None
    if len(found) > PAGE:
        last = found[PAGE - 1]
        more = url_for("operations.cases", **asked, after=f"{last.started_at.isoformat()}~{last.id}")
    return CaseListing(
        text=text,
        process_id=process_id,
        status=status,
        processes=processes(session, language),
        statuses=[("", _("All states")), *states().items(), ("incidents", _("with an incident"))],
        rows=[_row(session, case, subjects.get(case.id, ""), language) for case in found[:PAGE]],
        next_url=more,
    )


def _row(session: Session, case: ProcessInstance, subject: str, language: str) -> CaseRow:
    return CaseRow(
        case.id,
        case.title_in(language),
        subject,
        process_title(session, case, language),
        case.business_key,
        states().get(case.status, case.status),
        case.incidents,
        case.started_at,
    )


def _place(after: str) -> tuple[datetime, UUID] | None:
    """Where the page before ended; None for what no page of ours wrote."""
    at, _sep, case_id = after.partition("~")
    try:
        return read_moment(at), UUID(case_id)
    except ValueError:
        return None
