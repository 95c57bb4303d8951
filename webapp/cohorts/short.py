"""Who would like a short group: a list for the careers office, which takes off it whoever has a place."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import engine, role
from webapp.words import _
from workflows.association import people
from workflows.association.cohorts import short_groups

ROLES = ("CAREERS_HEAD", "CAREERS_ASST")
blueprint = Blueprint("cohort_short", __name__, template_folder="templates", url_prefix="/cohorts/short")


@blueprint.get("/")
@role(*ROLES)
def page() -> str:
    """The people who wait for one, the longest first."""
    with reading(engine()) as reader:
        found = short_groups.waiting(reader)
        names = people.names_of(reader, [seat.person_id for seat in found])
        holders = people.gather(reader, {seat.person_id for seat in found})
        addresses = {seat.id: holders[seat.person_id].primary_email or "" for seat in found}
        return render_template("cohorts/short.html", seats=found, names=names, addresses=addresses)


@blueprint.post("/")
@role(*ROLES)
def placed() -> ResponseReturnValue:
    """Takes the chosen people off the list. Raises NotFound for what no page of ours wrote."""
    try:
        chosen = {UUID(each) for each in request.form.getlist("seat")}
    except ValueError:
        raise NotFound(kind="person", id="?") from None
    if not chosen:
        flash(_("Choose whoever has a place first: nobody was taken off the list."), "error")
        return redirect(url_for("cohort_short.page"), 303)
    with transaction(engine()) as writer:
        count = short_groups.placed(writer, chosen)
    flash(_("People taken off the list: %(num)d.", num=count), "success")
    return redirect(url_for("cohort_short.page"), 303)
