"""Where a role asks for a second step: days to add one are told at each sign-in, then nothing else opens.

Adding one is always possible, so that nobody is locked out, the last administrator neither. Whoever signs in at the
organisation's own provider has his second step there. What a sign-in found is kept in the signed cookie: no page pays
for it, and a decision holds from the next sign-in.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, Flask, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.transaction import reading
from webapp import auth
from webapp.accounts import factors
from webapp.accounts.models import Account
from webapp.auth import current, current_day, signed_in
from webapp.dates import day
from workflows.association import second_step
from workflows.association.people import Person

DUE: Final = "second_due"
# What stays open: adding a second step, choosing the password before it, signing out, the language.
OPEN: Final = frozenset({"second_factors", "second_required", "people", "second", "static"})
ALSO: Final = frozenset({"account.change_password"})

blueprint = Blueprint("second_required", __name__, template_folder="templates", url_prefix="/account/second-required")


def note(writer: Session, person: Person) -> None:
    """Called by a sign-in without a second step: says by when one is needed, where it is."""
    by = None if factors.of_person(writer, person.id) else second_step.due(writer, person.id, current_day())
    if by is None:
        return
    session[DUE] = by.isoformat()
    if by > current_day():
        flash(
            _(
                "From %(day)s on, your role asks for a second step when you sign in. Add one under “My account”.",
                day=day(by),
            ),
            "info",
        )


def demanded(writer: Session) -> bool:
    """Whether a role of whoever is signed in asks for a second step."""
    return second_step.due(writer, current().person_id, current_day()) is not None


def hold(app: Flask) -> None:
    """Lets nothing else open once the days are over."""

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None or request.blueprint in OPEN or request.endpoint in ALSO:
            return None  # the session is not looked at: what is for everybody may be kept by caches
        by = session.get(DUE)
        if by is None or auth.visitor() is None or date.fromisoformat(by) > current_day():
            return None
        return redirect(url_for("second_required.page"), 303)


@blueprint.get("")
@signed_in
def page() -> Response:
    """Why nothing else opens, and the way on."""
    with reading(auth.engine()) as reader:
        account = reader.get(Account, current().person_id)
    has_password = account is not None and account.password_hash is not None
    return make_response(render_template("people/second_required.html", has_password=has_password))
