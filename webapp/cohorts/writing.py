"""Writing to several people of a cohort at once: before, who gets it; after, what became of it, for each by name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.transaction import reading, transaction
from webapp import writing
from webapp.auth import engine, signed_in
from webapp.cohorts.board import cohort_of
from webapp.limits import limited
from webapp.unsent.expired import held_before
from webapp.words import _
from workflows.association.cohorts import records
from workflows.association.cohorts.records import Cohort

blueprint = Blueprint("cohort_letters", __name__, template_folder="templates", url_prefix="/cohorts/<key>/letter")


@blueprint.get("")
@signed_in
def again(key: str) -> ResponseReturnValue:
    """The mail that was begun, as after a change of the language; the board where nobody was chosen."""
    page = _page(key, "", "")
    return page if held_before("seat") else redirect(url_for("cohorts.board", key=key), 303)


@blueprint.post("")
@signed_in
@limited("60 per hour")
def write(key: str) -> ResponseReturnValue:
    """Shows who would get the mail; with `step=send`, writes it, and says for each what became of it."""
    subject, text = writing.written()
    sending = request.form.get("step") == "send"
    if sending and subject and text:
        with transaction(engine()) as writer:
            cohort = cohort_of(writer, key)
            chosen = _chosen(writer, cohort)
            results = [(each.name, writing.post(writer, each, subject, text)) for each in chosen]
        return render_template("cohorts/letter.html", cohort=cohort, results=results)
    wrong = _("Write a subject and a message.") if sending else ""
    return _page(key, subject, text, wrong), 422 if wrong else 200


def _page(key: str, subject: str, text: str, wrong: str = "") -> str:
    with reading(engine()) as reader:
        cohort = cohort_of(reader, key)
        return render_template(
            "cohorts/letter.html", cohort=cohort, chosen=_chosen(reader, cohort), subject=subject, text=text,
            longest=writing.LONGEST, request_key=request.form.get("request_key") or uuid4().hex, wrong=wrong,
        )  # fmt: skip


def _chosen(session: Session, cohort: Cohort) -> Sequence[writing.Reader]:
    """Those of the chosen seats that are in the cohort, by name."""
    wanted = set(request.form.getlist("seat") or held_before("seat"))
    taken = {seat.person_id: seat.id for seat in records.seats(session, cohort.id) if str(seat.id) in wanted}
    return writing.readers(session, taken)
