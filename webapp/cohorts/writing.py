"""Writing to several people of a cohort at once: before, who gets it; after, what became of it, for each by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.transaction import reading, transaction
from webapp.auth import engine, signed_in
from webapp.cohorts.board import cohort_of
from webapp.limits import limited
from webapp.words import _
from workflows.association import mails, people
from workflows.association.cohorts import records
from workflows.association.cohorts.records import Cohort

blueprint = Blueprint("cohort_letters", __name__, template_folder="templates", url_prefix="/cohorts/<key>/letter")
LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Reader:
    """One chosen person: the address, where there is one, and what was done."""

    seat_id: UUID
    person_id: UUID
    name: str
    reachable: bool
    lang: str


@blueprint.post("")
@signed_in
@limited("60 per hour")
def write(key: str) -> ResponseReturnValue:
    """Shows who would get the mail; with `step=send`, writes it, and says for each what became of it."""
    subject, text = (request.form.get(name, "").strip() for name in ("subject", "text"))
    sending = request.form.get("step") == "send"
    if sending and subject and text:
        with transaction(engine()) as writer:
            cohort = cohort_of(writer, key)
            chosen = _chosen(writer, cohort)
            results = [(each.name, _post(writer, each, subject, text)) for each in chosen]
        return render_template("cohorts/letter.html", cohort=cohort, results=results)
    with reading(engine()) as reader:
        cohort = cohort_of(reader, key)
        shown = render_template(
            "cohorts/letter.html", cohort=cohort, chosen=_chosen(reader, cohort), subject=subject, text=text,
            longest=LONGEST, request_key=request.form.get("request_key") or uuid4().hex,
            wrong=_("Write a subject and a message.") if sending else "",
        )  # fmt: skip
    return (shown, 422) if sending else shown


def _chosen(session: Session, cohort: Cohort) -> Sequence[Reader]:
    """Those of the chosen seats that are in the cohort, by name."""
    wanted = set(request.form.getlist("seat"))
    taken = {seat.person_id: seat.id for seat in records.seats(session, cohort.id) if str(seat.id) in wanted}
    known = people.by_ids(session, list(taken))
    found = [
        Reader(taken[each.id], each.id, each.display_name, each.primary_email is not None, each.lang)
        for each in known.values()
    ]
    return sorted(found, key=lambda each: (each.name.casefold(), str(each.seat_id)))


def _post(session: Session, reader: Reader, subject: str, text: str) -> str:
    if not reader.reachable:
        return _("no e-mail address: not written to")
    key = f"letter:{request.form.get('request_key', '')[:40]}:{reader.seat_id.hex}"
    if mails.by_key(session, key) is not None:
        return _("written to already")
    mails.post(
        session, engine(), to=reader.person_id, subject=subject[:150], text=text[:LONGEST], lang=reader.lang, key=key
    )
    return _("written to")
