"""Incidents of many cases: what stands still for one reason, tried again together, and what came of it in each case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import bulk, commands
from engine.bulk import Chosen
from engine.models import Incident, ProcessInstance
from engine.transaction import reading, transaction
from webapp.auth import engine, staff
from webapp.authorize import Viewer
from webapp.dates import read_moment
from webapp.operations.diagrams import element_name
from webapp.operations.effects import params_in_words
from webapp.operations.paging import SIZE, Pages, asked_page
from webapp.process_titles import case_title, processes
from webapp.refusal_words import incident_in_words
from webapp.viewer import viewer
from webapp.words import _, language, ngettext

blueprint = Blueprint("incidents", __name__, template_folder="templates", url_prefix="/operations/incidents")
GROUPS = 100
EVERY = 3  # seconds between two looks at the progress


@dataclass(frozen=True, slots=True)
class Group:
    """Open incidents of one element and one error."""

    process_id: str
    process: str
    element: str
    name: str
    code: str
    reason: str
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """One incident, and what came of it."""

    case_id: UUID
    case_title: str
    name: str
    reason: str
    at: datetime
    outcome: str  # waiting, going, again


@blueprint.get("")
@staff
def page() -> ResponseReturnValue:
    """What stands still, in groups; of a chosen group, the incidents and the way to try them again."""
    chosen, now = _chosen(request.args), engine().clock.now()
    with reading(engine()) as reader:
        scope = _mine(viewer())
        groups = _groups(reader, chosen, now, scope)
        narrowed = any((chosen.process_id, chosen.element, chosen.code))
        pages = asked_page(bulk.remaining(reader, chosen, now, scope)) if narrowed else Pages(1, 0)
        found = _standing(reader, chosen, now, scope, pages) if narrowed else []
        return render_template(
            "operations/incidents.html", chosen=chosen, groups=groups, incidents=found, pages=pages,
            count=sum(group.count for group in groups), processes=dict(processes(reader, language())),
            may_retry=viewer().oversees or chosen.process_id in viewer().processes,
        )  # fmt: skip


@blueprint.post("")
@staff
def retry() -> ResponseReturnValue:
    """Tries everything that matches again, in the background."""
    chosen = _chosen(request.form)
    if not viewer().oversees and chosen.process_id not in viewer().processes:
        flash(_("Choose a process of yours first."), "info")
        return redirect(url_for("incidents.page", **_asked(chosen)), 303)
    with transaction(engine()) as writer:
        asked = commands.retry_matching(writer, engine(), chosen, by=viewer().actor)
    said = ngettext(
        "%(num)d step that stood still is tried again.", "%(num)d steps that stood still are tried again.", asked.total
    )
    flash(said, "info")
    return redirect(
        url_for("incidents.progress", **_asked(chosen), until=asked.until.isoformat(), total=asked.total), 303
    )


@blueprint.get("/again")
@staff
def progress() -> ResponseReturnValue:
    """How far it has come, and what came of it in each case."""
    chosen = _chosen(request.args)
    try:
        until, total = read_moment(request.args.get("until", "")), min(int(request.args.get("total", "0")), 10**7)
    except ValueError:
        return redirect(url_for("incidents.page"), 303)
    with reading(engine()) as reader:
        scope = _mine(viewer())
        left = bulk.remaining(reader, chosen, until, scope)
        failed = bulk.failed_again(reader, chosen, until, scope)
        pages = asked_page(bulk.touched(reader, chosen, until, scope))
        shown = _standing(reader, chosen, until, scope, pages, results=True)
        page_ = render_template(
            "operations/incidents_again.html", chosen=chosen, total=max(total, left), left=left, failed=failed,
            incidents=shown, pages=pages, asked=_asked(chosen),
        )  # fmt: skip
    answer = make_response(page_)
    if left:
        answer.headers["Refresh"] = str(EVERY)
    return answer


def standing(session: Session, viewer_: Viewer) -> int:
    """How many incidents stand still that this viewer may try again, counted no further than a thousand."""
    some = select(Incident.id).join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
    some = some.where(Incident.resolved_at.is_(None), _mine(viewer_)).limit(1_000)
    return int(session.execute(select(func.count()).select_from(some.subquery())).scalar_one())


def _mine(viewer_: Viewer) -> ColumnElement[bool]:
    """Overseers see every incident, owners of a process those of its cases; on `process_instance`."""
    return true() if viewer_.oversees else ProcessInstance.process_id.in_(viewer_.processes)


def _chosen(given: MultiDict[str, str]) -> Chosen:
    return Chosen(*(given.get(name, "").replace("\x00", "")[:200] for name in ("process", "element", "code")))


def _asked(chosen: Chosen) -> dict[str, Any]:
    said = {"process": chosen.process_id, "element": chosen.element, "code": chosen.code}
    return {name: value for name, value in said.items() if value}


def _groups(session: Session, chosen: Chosen, now: datetime, scope: ColumnElement[bool]) -> Sequence[Group]:
    titles = dict(processes(session, language()))
    return [
        Group(
            process_id=group.process_id,
            process=titles.get(group.process_id, group.process_id),
            element=group.element,
            name=element_name(session, engine(), group.definition_id, group.element, language()),
            code=group.code,
            reason=_reason(group.example),
            count=group.count,
            oldest=group.oldest,
        )
        for group in bulk.groups(session, chosen, now, scope, limit=GROUPS)
    ]


def _standing(
    session: Session, chosen: Chosen, until: datetime, scope: ColumnElement[bool], pages: Pages, *,
    results: bool = False,
) -> Sequence[Standing]:  # fmt: skip
    rows = bulk.results(session, chosen, until, scope, limit=SIZE, offset=pages.offset, ended_too=results)
    return [
        Standing(
            case_id=row.case.id,
            case_title=case_title(session, row.case, language()),
            name=element_name(session, engine(), row.case.definition_id, row.incident.element, language()),
            reason=_reason(row.again or row.incident),
            at=row.incident.raised_at,
            outcome=row.outcome,
        )
        for row in rows
    ]


def _reason(incident: Incident) -> str:
    return incident_in_words(incident.code, params_in_words(incident.params), incident.message)
