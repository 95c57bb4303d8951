"""Requests for erasure at the desk: what goes, what stays and why; one person decides, another confirms."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role
from webapp.operations.names import names_of
from webapp.privacy.wording import outcome, states
from webapp.words import _, language
from workflows.association import people
from workflows.association.case_variables import local_day
from workflows.association.privacy import erasure, requests
from workflows.association.privacy.categories import CATEGORIES, kept
from workflows.association.privacy.requests import ErasureRequest

blueprint = Blueprint("erasures", __name__, template_folder="templates", url_prefix="/privacy/requests")
keepers = role("DPO", "GENERAL_DELEGATE", "DATA")


@blueprint.get("")
@keepers
def listing() -> str:
    """Open requests first."""
    with reading(engine()) as reader:
        found = requests.latest(reader)
        names = people.names_of(reader, (each.person_id for each in found))
        return render_template("privacy/requests.html", found=found, names=names, states=states())


@blueprint.get("/<uuid:request_id>")
@keepers
def page(request_id: UUID) -> str:
    """What an erasure would do, by category, and who decided so far."""
    with reading(engine()) as reader:
        found = _found(reader, request_id)
        today = local_day(engine().clock.now(), engine().settings.zone)
        open_now = found.state in ("ASKED", "APPROVED")
        lines = erasure.preview(reader, found.person_id, today, disputed=found.disputed) if open_now else []
        shown = [
            (CATEGORIES[e.category], e.rows, outcome(e.decided, kept(reader, e.decided.rule, today))) for e in lines
        ]
        name = people.display_name(reader, found.person_id).strip()
        who = names_of(reader, (found.asked_by, found.approved_by, found.confirmed_by))
        mine = current().actor.id in {f"person:{found.person_id}", found.approved_by}
        return render_template(
            "privacy/request.html",
            found=found,
            lines=shown,
            name=name,
            who=who,
            mine=mine,
            states=states(),
            lang=language(),
        )


@blueprint.post("/<uuid:request_id>/<act>")
@keepers
def decide(request_id: UUID, act: str) -> ResponseReturnValue:
    """Approves, confirms or refuses. Raises RequestChanged, NotYours."""
    by, now = current().actor.id, engine().clock.now()
    with transaction(engine()) as writer:
        found = _found(writer, request_id)
        if act == "approve":
            requests.approve(writer, found, by=by, now=now, disputed=request.form.get("disputed") == "yes")
        elif act == "confirm":
            requests.confirm(writer, found, by=by, now=now)
        elif act == "refuse":
            requests.refuse(writer, found, by=by, reason="REFUSED", now=now)
        else:
            raise NotFound(kind="page", id=act[:20])
    flash(_("It is noted."), "success")
    return redirect(url_for("erasures.page", request_id=request_id), 303)


def _found(session: Session, request_id: UUID) -> ErasureRequest:
    found = session.get(ErasureRequest, request_id)
    if found is None:
        raise NotFound(kind="request", id=str(request_id))
    return found
