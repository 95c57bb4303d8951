"""The page of one's own tokens: made, shown once, ended. Administrators also make those of services."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.assignment import ADMIN
from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.api import tokens
from webapp.api.tokens import SCOPES, ApiToken, ScopesRefused
from webapp.auth import current, engine, signed_in
from webapp.limits import limited
from webapp.words import _, language
from workflows.association import role_names
from workflows.association.role_names import role_name

blueprint = Blueprint("api_tokens", __name__, template_folder="templates", url_prefix="/account/tokens")
DAYS = (30, 90, 366)
LONGEST_NAME = 80


def scope_words() -> dict[str, str]:
    """What each scope allows."""
    return {
        "read": _("Read tasks and cases that I may see"),
        "work": _("Take, hand over and complete tasks"),
        "deploy": _("Deploy processes: for administrators"),
        "operate": _("Start, hold, correct and end cases, send messages, try again what stands still"),
    }


@blueprint.get("")
@signed_in
def page() -> ResponseReturnValue:
    """The living tokens."""
    return _shown()


@blueprint.post("")
@signed_in
@limited("20 per hour", by=lambda: str(current().person_id))
def make() -> ResponseReturnValue:
    """Makes a token and shows it, this one time."""
    name, days = request.form.get("name", "").strip(), request.form.get("days", "")
    if not name or len(name) > LONGEST_NAME:
        return _shown(wrong=_("Give the token a name of at most 80 characters: which program is it for?")), 422
    if days not in map(str, DAYS):
        return _shown(wrong=_("Choose how long it lasts")), 422
    service = request.form.getlist("role")
    if service and (ADMIN not in current().roles or set(service) - set(role_names.ROLES)):
        raise NotFound(kind="role", id="")
    try:
        with transaction(engine()) as writer:
            _row, text = tokens.make(
                writer, name=name, scopes=request.form.getlist("scope"), now=engine().clock.now(),
                lasts=timedelta(days=int(days)), by=current().actor.id,
                person_id=None if service else current().person_id, roles=service,
            )  # fmt: skip
    except ScopesRefused:
        return _shown(wrong=_("Choose at least one thing that the program may do")), 422
    return _shown(made=text)


@blueprint.post("/<uuid:token_id>/end")
@signed_in
def end(token_id: UUID) -> ResponseReturnValue:
    """Ends a token at once."""
    now = engine().clock.now()
    with transaction(engine()) as writer:
        mine = tokens.end(writer, token_id, now, person_id=current().person_id)
        if not mine and not (ADMIN in current().roles and tokens.end(writer, token_id, now, person_id=None)):
            raise NotFound(kind="token", id=str(token_id))
    flash(_("The token is ended: programs that have it are refused from now on."), "success")
    return redirect(url_for("api_tokens.page"), 303)


def _shown(*, made: str = "", wrong: str = "") -> str:
    person = current()
    with reading(engine()) as reader:
        return render_template(
            "api/tokens.html", mine=tokens.of_person(reader, person.person_id, engine().clock.now()),
            services=_of_services(reader), administers=ADMIN in person.roles, made=made, wrong=wrong, days=DAYS,
            scopes=[(key, scope_words()[key]) for key in SCOPES], words=scope_words(),
            typed=request.form, roles=[(key, role_name(key, language())) for key in role_names.ROLES],
        )  # fmt: skip


def _of_services(reader: Session) -> list[ApiToken]:
    return list(tokens.of_services(reader, engine().clock.now())) if ADMIN in current().roles else []
