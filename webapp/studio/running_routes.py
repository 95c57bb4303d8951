"""Addresses of the running picture: a process with its cases on the diagram, and the cases behind a number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask_babel import format_timedelta
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import standings
from engine.bpmn import Element
from engine.definitions import Definition, definition
from engine.engine import Engine
from engine.errors import NotFound
from engine.models import ProcessDefinition, ProcessInstance
from engine.standings import Stay
from engine.transaction import reading
from webapp.auth import current, current_day, engine, signed_in
from webapp.authorize import authorize
from webapp.operations import diagrams
from webapp.operations.drawing import Drawing, read_drawing
from webapp.operations.outline import kind_of
from webapp.operations.subjects import subjects_of
from webapp.process_titles import case_title
from webapp.studio import delays, page, rights, running, versions
from webapp.studio.places import called
from webapp.viewer import viewer
from webapp.words import _, language, ngettext

blueprint = Blueprint("studio_running", __name__, template_folder="templates", url_prefix="/studio")
LISTED: Final = 300


@blueprint.get("/<process_id>/running")
@signed_in
def show(process_id: str) -> str:
    """Where the cases stand: on the diagram, and as a table."""
    rights.to_read(current(), process_id)
    with reading(engine()) as reader:
        drawn, version, since = _asked(reader, process_id)
        now = engine().clock.now()
        found = running.picture(reader, drawn.spec, version=version, since=since, now=now)
        picture = _picture(reader, drawn)
        rows = [_row(each, drawn, picture, now, found.heat(each)) for each in found.places]
        return render_template(
            "studio/running.html", process_id=process_id, title=page.title_of(reader, process_id, language()),
            picture=found, rows=rows, ever=url_for(".show", process_id=process_id, **{**_said(), "since": "ever"}),
            versions=versions.versions(reader, process_id), chosen=_said(),
            periods=tuple(running.PERIODS), counted=running.LONGEST.days, badges=[_badge(row) for row in rows],
            names=delays.pictured(reader, diagrams.source(reader, drawn.id)[0], language(), current_day()),
            diagram=url_for("studio_review.diagram", process_id=process_id, definition_id=drawn.id),
        )  # fmt: skip


@blueprint.get("/<process_id>/running/<element>")
@signed_in
def cases(process_id: str, element: str) -> str:
    """The cases behind a number, those that wait longest first."""
    rights.to_read(current(), process_id)
    with reading(engine()) as reader:
        drawn, version, since = _asked(reader, process_id)
        of = running.narrowed(process_id, version, since)
        there, count = standings.stays(reader, of, element, LISTED)
        listed = _listed(reader, there, engine().clock.now())
        if not there and element not in drawn.spec.elements:
            raise NotFound(kind="element", id=element[:80])
        return render_template(
            "studio/running_cases.html", process_id=process_id, rows=listed, count=count, chosen=_said(),
            name=_name(reader, element, drawn, there), title=page.title_of(reader, process_id, language()),
        )  # fmt: skip


def _said() -> dict[str, Any]:
    """What was asked for, to say it again in addresses."""
    period = request.args.get("since", "")
    since = period if period in running.PERIODS else running.PERIOD
    return {"version": request.args.get("version", "")[:8], "since": since}


def _asked(session: Session, process_id: str) -> tuple[Definition, UUID | None, datetime | None]:
    """The version that is drawn, the one whose cases are asked for (None: all), and since when they began."""
    said, number = _said(), request.args.get("version", "")
    stored: ProcessDefinition = versions.numbered(session, process_id, number)
    length: timedelta | None = running.PERIODS[said["since"]]
    since = None if length is None else engine().clock.now() - length
    return definition(session, engine(), stored.id), stored.id if number else None, since


def _row(place: running.Place, drawn: Definition, picture: Drawing, now: datetime, heat: int) -> dict[str, object]:
    element, stands = drawn.spec.elements.get(place.element), place.stands
    waited = None if stands is None else stands.waited(now)
    return {
        "element": place.element,
        "name": place.element if element is None else _called(element, picture),
        "gone": element is None, "passed": place.passed, "count": 0 if stands is None else stands.cases,
        "tokens": 0 if stands is None else stands.tokens, "incidents": 0 if stands is None else stands.incidents,
        "median": "" if waited is None else length(waited[0]), "longest": "" if waited is None else length(waited[1]),
        "heat": heat,
        "url": url_for("studio_running.cases", process_id=drawn.process_id, element=place.element, **_said()),
    }  # fmt: skip


def _badge(row: dict[str, object]) -> dict[str, object]:
    """What the picture draws at an element."""
    title = ngettext("%(name)s: %(num)d case", "%(name)s: %(num)d cases", int(str(row["count"])), name=row["name"])
    shown = {name: row[name] for name in ("element", "count", "heat", "url")}
    return {**shown, "title": title, "incident": bool(row["incidents"])}


def length(time: timedelta) -> str:
    """“3 days”, in the reader's language."""
    return str(format_timedelta(time, threshold=1.2))


def _name(session: Session, element: str, drawn: Definition, there: Sequence[Stay]) -> str:
    """The element's name, also where only a former version has it."""
    of = [drawn, *(definition(session, engine(), each.definition_id) for each in there[:1])]
    found = next((each for each in of if element in each.spec.elements), None)
    return element if found is None else _called(found.spec.elements[element], _picture(session, found))


def _called(element: Element, picture: Drawing) -> str:
    """The name of an element; of one that has none, its place, or what it is."""
    if element.name:
        return element.name_in(language())
    place = called(picture, element.id, language(), bare=True)
    said = kind_of(element.type) if place == element.id else place
    return said[:1].upper() + said[1:]


def _picture(session: Session, of: Definition) -> Drawing:
    return read_drawing(diagrams.source(session, of.id)[0], of.process_id)


def _listed(session: Session, there: Sequence[Stay], now: datetime) -> list[dict[str, object]]:
    ids = {stay.case_id for stay in there}
    query = select(ProcessInstance).where(ProcessInstance.id.in_(ids), authorize(viewer(), "read", ProcessInstance))
    known = {case.id: case for case in session.scalars(query)}
    found: Engine = engine()
    subjects = subjects_of(session, found, known, pairs_for=viewer())
    return [
        {
            "id": stay.case_id, "may_read": stay.case_id in known,
            "title": case_title(session, known[stay.case_id], language()) if stay.case_id in known
            else _("A case that others look after"),
            "subject": subjects.get(stay.case_id, ""), "since": stay.since, "kind": stay.kind,
            "times": stay.times, "waited": "" if stay.since is None else length(now - stay.since),
            "version": definition(session, found, stay.definition_id).version,
        }
        for stay in there
    ]  # fmt: skip
