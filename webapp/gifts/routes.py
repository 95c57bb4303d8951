"""One's own gifts: receipts to download, a statement of a year, promises to pause or stop, and what one consents to."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import commands
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, signed_in
from webapp.gifts.own import own_gifts
from webapp.limits import limited
from webapp.words import _, language
from workflows.association import consents
from workflows.association.case_variables import local_day
from workflows.association.consents import Holder
from workflows.association.gifts import donors, pledges, yearly
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Pledge

blueprint = Blueprint("gifts", __name__, template_folder="templates", url_prefix="/gifts")


@blueprint.get("/")
@signed_in
def page() -> str:
    """My gifts."""
    with reading(engine()) as reader:
        return render_template("gifts/own.html", own=own_gifts(reader, current().person_id, language()))


@blueprint.post("/statements")
@signed_in
@limited("20 per hour")
def statement() -> ResponseReturnValue:
    """The statement of a year, kept once for what it states, and given out."""
    said = request.form.get("year", "")
    year = int(said) if said.isdecimal() and len(said) == 4 else 0
    now = engine().clock.now()
    with transaction(engine()) as writer:
        donor = donors.of_person(writer, current().person_id)
        if donor is None or not yearly.gifts_of(writer, donor.id, year):
            raise NotFound(kind="statement", id=str(year))
        today = local_day(now, engine().settings.zone)
        document = yearly.statement(writer, donor, year, today=today, now=now)
        return redirect(url_for("membership.document", document_id=document.id), 303)


@blueprint.post("/pledges/<uuid:pledge_id>/pause")
@signed_in
def pause(pledge_id: UUID) -> ResponseReturnValue:
    """Nothing is asked for until one takes it up again."""
    with transaction(engine()) as writer:
        pledges.pause(_mine(writer, pledge_id), paused=True)
    flash(_("Your gift is paused. Nothing is asked for until you take it up again."), "success")
    return _back()


@blueprint.post("/pledges/<uuid:pledge_id>/resume")
@signed_in
def resume(pledge_id: UUID) -> ResponseReturnValue:
    """The promise goes on with its next instalment."""
    with transaction(engine()) as writer:
        pledges.pause(_mine(writer, pledge_id), paused=False)
    flash(_("Your gift goes on with the next instalment."), "success")
    return _back()


@blueprint.post("/pledges/<uuid:pledge_id>/stop")
@signed_in
def stop(pledge_id: UUID) -> ResponseReturnValue:
    """Ends the promise: what is planned is taken back by its case."""
    with transaction(engine()) as writer:
        pledge = _mine(writer, pledge_id)
        if pledge.state not in pledges.RUNNING:
            raise pledges.PledgeOver
        pledges.pause(pledge, paused=True)
        commands.correlate_message(
            writer, engine(), "pledge_stopped", str(pledge.id), source="page", message_id=str(pledge.id),
            by=current().actor,
        )  # fmt: skip
    flash(_("Your gift stops. Nothing more is debited; we write to confirm it."), "success")
    return _back()


@blueprint.post("/consents")
@signed_in
def consent() -> ResponseReturnValue:
    """Whether one's name is printed, and whether the Foundation may write."""
    answers = {key: "YES" if request.form.get(key) else "NO" for key in ("donor_name_printed", "foundation_mails")}
    holder = Holder(person_id=current().person_id)
    with transaction(engine()) as writer:
        consents.record(writer, holder, answers, at=engine().clock.now(), source="PROFILE")
    flash(_("Your choices are kept."), "success")
    return _back()


def _mine(session: Session, pledge_id: UUID) -> Pledge:
    pledge = session.get(Pledge, pledge_id, with_for_update=True)
    donor = session.get(Donor, pledge.donor_id) if pledge is not None else None
    if pledge is None or donor is None or donor.person_id != current().person_id:
        raise NotFound(kind="pledge", id=str(pledge_id))
    return pledge


def _back() -> ResponseReturnValue:
    return redirect(url_for("gifts.page"), 303)
