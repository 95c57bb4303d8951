"""The pages of a cohort, for those who lead it while their mandate runs, and for the careers office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.completion import TaskContext
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, settings, signed_in
from webapp.calendars.month import grid
from webapp.cohorts import short as short_page
from webapp.cohorts import yearly
from webapp.cohorts.board import (
    LEADS,
    cohort_of,
    lines,
    mark_words,
    may_lead,
    open_attendance,
    reason_words,
    rule_words,
    state_words,
)
from webapp.cohorts.inside import drawn_words, group_roles, triad_names
from webapp.errors import wants_json
from webapp.house import association_of
from webapp.viewer import viewer
from webapp.words import _, language
from workflows.association import roles
from workflows.association.calendars.appointments import AppointmentRefused
from workflows.association.cohorts import attendance, moving, planning
from workflows.association.cohorts.attendance import AttendanceRefused, Difference
from workflows.association.cohorts.records import MARKS, Cohort

blueprint = Blueprint("cohorts", __name__, template_folder="templates", url_prefix="/cohorts")


@blueprint.get("/")
@signed_in
def mine() -> str:
    """The cohorts that the viewer may see, the newest first."""
    with reading(engine()) as reader:
        found = [
            each for each in reader.scalars(select(Cohort).order_by(Cohort.starts_on.desc())) if may_lead(each.key)
        ]
        years, short = (bool(current().roles & set(each.ROLES)) for each in (yearly, short_page))
        return render_template(
            "cohorts/list.html", cohorts=found, states=state_words(), sees_years=years, sees_short=short
        )


@blueprint.get("/<key>")
@signed_in
def board(key: str) -> str:
    """Weeks and people, the next session, and the dates to come, which may be moved or called off."""
    with reading(engine()) as reader:
        cohort, today = cohort_of(reader, key), current_day()
        coming, now = planning.coming(reader, cohort), engine().clock.now()
        ahead = [(number, each) for number, each in coming if each.ends_at > now]
        dates = [(each, _("S%(number)d", number=number), str(number)) for number, each in coming]
        return render_template(
            "cohorts/board.html", cohort=cohort, lines=lines(reader, cohort, today), dates=coming,
            coming=ahead[0] if ahead else None, over={number for number, each in coming if each.ends_at <= now},
            waiting=coming[0] if coming and open_attendance(reader, cohort) is not None else None,
            grid_shown=grid(dates, today, request.args.get("from", ""), language()),
            states=state_words(), rules=rule_words(), leads=_leads(key), triads=triad_names(reader, cohort, today),
            drawn=drawn_words(reader, cohort, today),
            group_roles=group_roles(reader, cohort),
        )  # fmt: skip


def _leads(key: str) -> bool:
    """Whether the viewer leads this cohort himself."""
    return any(roles.key(role, key) in current().roles for role in LEADS)


@blueprint.get("/<key>/session")
@signed_in
def session_page(key: str) -> str:
    """The attendance of the session that waits for it: everybody present, one taps who was not."""
    with reading(engine()) as reader:
        cohort = cohort_of(reader, key)
        task = open_attendance(reader, cohort)
        number, held = next(iter(planning.coming(reader, cohort)), (cohort.held + 1, None))
        people = [
            line for line in lines(reader, cohort, held.day if held is not None else current_day()) if line.sitting
        ]
        marks = {mark: words for mark, words in mark_words().items() if mark in MARKS}
        return render_template(
            "cohorts/session.html", cohort=cohort, number=number, task=task, request_key=uuid4().hex,
            people=[line for line in people if not line.paused], away=[line for line in people if line.paused],
            marks=marks, reasons=reason_words(), held=held,
        )  # fmt: skip


@blueprint.post("/<key>/session")
@signed_in
def note(key: str) -> ResponseReturnValue:
    """Notes the attendance and completes the task, once for a request key however often it is sent."""
    try:
        task_id, number = UUID(request.form.get("task", "")), int(request.form.get("number", ""))
        differences = _differences()
    except ValueError:
        raise AttendanceRefused from None

    def write(session: Session, context: TaskContext) -> Mapping[str, object]:
        cohort = cohort_of(session, key)
        if number not in [each for each, _held in planning.coming(session, cohort)[:1]]:
            raise AttendanceRefused
        attendance.note(session, cohort, number, differences, by=context.by.id, now=context.now)
        return {}

    with transaction(engine()) as writer:
        cohort_of(writer, key)
        commands.complete(
            writer, engine(), task_id, {"noted": True}, by=viewer().actor, write=write,
            request_key=request.form.get("request_key", "")[:64] or None,
        )  # fmt: skip
    if wants_json():
        return jsonify(saved=True)
    flash(_("The attendance is noted."), "success")
    return redirect(url_for("cohorts.board", key=key), 303)


def _differences() -> dict[UUID, Difference]:
    """What the form says of each seat. Raises ValueError for what no page of ours wrote."""
    found = {}
    for name, mark in request.form.items():
        if name.startswith("mark-"):
            seat = name.removeprefix("mark-")
            reason = request.form.get(f"reason-{seat}") or None
            found[UUID(seat)] = Difference(mark, reason, f"homework-{seat}" in request.form)
    return found


@blueprint.post("/<key>/move")
@signed_in
def move(key: str) -> ResponseReturnValue:
    """Moves a session, or calls it off: its guests are told, with their calendars, and the cohort's timers follow."""
    if request.form.get("act") == "off":
        return _call_off(key)
    try:
        number, day = int(request.form.get("move", "")), date.fromisoformat(request.form.get("day", ""))
        starts = datetime.combine(day, time.fromisoformat(request.form.get("begins", "")), ZoneInfo(settings().zone))
    except ValueError:
        raise AppointmentRefused from None
    with transaction(engine()) as writer:
        cohort = cohort_of(writer, key)
        association = association_of(settings(), engine().clock)
        moving.move_session(writer, engine(), association, cohort, number, starts, current().actor)
    flash(_("The session has moved, and everybody is told."), "success")
    return redirect(url_for("cohorts.board", key=key), 303)


def _call_off(key: str) -> ResponseReturnValue:
    try:
        number = int(request.form.get("move", ""))
    except ValueError:
        raise AppointmentRefused from None
    with transaction(engine()) as writer:
        association = association_of(settings(), engine().clock)
        moving.call_off(writer, engine(), association, cohort_of(writer, key), number, current().actor)
    flash(_("The session is called off, and everybody is told."), "success")
    return redirect(url_for("cohorts.board", key=key), 303)
