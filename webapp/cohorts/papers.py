"""The papers of a career group as PDF, as things stand: its charter, the sheet of a session, the summary."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading
from webapp.auth import current, current_day, engine, settings, signed_in
from webapp.cohorts.board import cohort_of, may_lead
from webapp.house import association_of
from webapp.words import language
from workflows.association.cohorts import papers, planning, records
from workflows.association.cohorts.records import Cohort

blueprint = Blueprint("cohort_papers", __name__, url_prefix="/cohorts/<key>")


@blueprint.get("/charter.pdf")
@signed_in
def charter(key: str) -> ResponseReturnValue:
    """The charter with who signed, for those who lead the group, for its people, and for the careers office."""
    with reading(engine()) as reader:
        cohort = _own(reader, key)
        made = papers.charter(reader, association_of(settings(), engine().clock), cohort, language(), current_day())
    return _sent(made, f"charter-{key.lower()}.pdf")


@blueprint.get("/attendance.pdf")
@signed_in
def attendance(key: str) -> ResponseReturnValue:
    """The sheet of a session (`?session=4`), else of the next one, else of the last one. Raises NotFound."""
    with reading(engine()) as reader:
        cohort = cohort_of(reader, key)
        coming = planning.coming(reader, cohort)
        number = request.args.get("session", type=int) or (coming[0][0] if coming else cohort.held)
        association = association_of(settings(), engine().clock)
        made = papers.attendance(reader, association, cohort, number, language(), current_day())
    if made is None:
        raise NotFound(kind="meeting", id=str(number)[:40])
    return _sent(made, f"attendance-{key.lower()}-{number}.pdf")


@blueprint.get("/summary.pdf")
@signed_in
def summary(key: str) -> ResponseReturnValue:
    """Where the group stands, for those who lead it and for the careers office."""
    with reading(engine()) as reader:
        cohort = cohort_of(reader, key)
        made = papers.summary(reader, association_of(settings(), engine().clock), cohort, language(), current_day())
    return _sent(made, f"summary-{key.lower()}.pdf")


def _own(session: Session, key: str) -> Cohort:
    """The group, where the reader leads it or may read its charter. Raises NotFound."""
    found = records.by_key(session, key)
    if found is None or not (may_lead(key) or records.reads_charter(session, found.id, current().person_id)):
        raise NotFound(kind="cohort", id=key[:40])
    return found


def _sent(made: bytes, name: str) -> ResponseReturnValue:
    answer = send_file(BytesIO(made), mimetype="application/pdf", download_name=name, etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
