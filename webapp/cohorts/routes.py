"""The pages of a cohort, for those who lead it while their mandate runs, and for the careers office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.completion import TaskContext
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, settings, signed_in
from webapp.cohorts.board import lines, mark_words, open_attendance, reason_words
from webapp.errors import wants_json
from webapp.house import association_of
from webapp.viewer import viewer
from webapp.words import _
from workflows.association import roles
from workflows.association.calendars.appointments import AppointmentRefused
from workflows.association.cohorts import attendance, moving, planning, records
from workflows.association.cohorts.attendance import AttendanceRefused, Difference
from workflows.association.cohorts.records import Cohort

blueprint = Blueprint("cohorts", __name__, template_folder="templates", url_prefix="/cohorts")
OFFICE: Final = frozenset({"CAREERS_HEAD", "CAREERS_ASST", "ADMIN"})
LEADS: Final = ("FACILITATOR", "CO_FACILITATOR")


def _may(key: str) -> bool:
    held = current().roles
    return bool(held & OFFICE) or any(roles.key(role, key) in held for role in LEADS)


def _cohort(session: Session, key: str) -> Cohort:
    """The cohort, where the viewer leads it or works for the office. Raises NotFound."""
    found = records.by_key(session, key)
    if found is None or not _may(key):
        raise NotFound(kind="cohort", id=key[:40])
    return found


@blueprint.get("/")
@signed_in
def mine() -> str:
    """The cohorts that the viewer may see, the newest first."""
    with reading(engine()) as reader:
        found = [each for each in reader.scalars(select(Cohort).order_by(Cohort.starts_on.desc())) if _may(each.key)]
        return render_template("cohorts/list.html", cohorts=found)


@blueprint.get("/<key>")
@signed_in
def board(key: str) -> str:
    """Weeks and people, and the next session, which may be moved."""
    with reading(engine()) as reader:
        cohort = _cohort(reader, key)
        coming = planning.session_of(reader, cohort, cohort.held + 1)
        return render_template(
            "cohorts/board.html", cohort=cohort, lines=lines(reader, cohort), coming=coming,
            waiting=open_attendance(reader, cohort) is not None,
        )  # fmt: skip


@blueprint.get("/<key>/session")
@signed_in
def session_page(key: str) -> str:
    """The attendance of the session that waits for it: everybody present, one taps who was not."""
    with reading(engine()) as reader:
        cohort = _cohort(reader, key)
        task = open_attendance(reader, cohort)
        number = cohort.held + 1
        return render_template(
            "cohorts/session.html", cohort=cohort, number=number, task=task, request_key=uuid4().hex,
            people=[line for line in lines(reader, cohort) if line.sitting], marks=mark_words(),
            reasons=reason_words(), held=planning.session_of(reader, cohort, number),
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
        cohort = _cohort(session, key)
        if cohort.held + 1 != number:
            raise AttendanceRefused
        attendance.note(session, cohort, number, differences, by=context.by.id, now=context.now)
        return {}

    with transaction(engine()) as writer:
        _cohort(writer, key)
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
    """Moves a session: its guests get a fresh invitation, and the timers of the cohort follow."""
    try:
        number, day = int(request.form.get("number", "")), date.fromisoformat(request.form.get("day", ""))
        starts = datetime.combine(day, time.fromisoformat(request.form.get("begins", "")), ZoneInfo(settings().zone))
    except ValueError:
        raise AppointmentRefused from None
    with transaction(engine()) as writer:
        cohort = _cohort(writer, key)
        association = association_of(settings(), engine().clock)
        moving.move_session(writer, engine(), association, cohort, number, starts, current().actor)
    flash(_("The session has moved, and everybody is told."), "success")
    return redirect(url_for("cohorts.board", key=key), 303)
