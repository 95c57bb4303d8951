"""Signing in where the organisation does: there and back, with its groups as roles here."""

from __future__ import annotations

import logging
from typing import Any
from zoneinfo import ZoneInfo

from authlib.common.errors import AuthlibBaseError
from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import NotFound
from engine.transaction import transaction
from webapp import auth
from webapp.accounts import identities, sessions
from webapp.accounts.identities import Claims, NobodyLinked
from webapp.auth import public
from webapp.errors import in_words
from webapp.limits import limited
from webapp.security import local_path
from workflows.association.people import Person

blueprint = Blueprint("organisation", __name__, url_prefix="/sign-in/organisation")
log = logging.getLogger(__name__)
TARGET = "next"


@blueprint.get("")
@public
def leave() -> Response:
    """Leads to the organisation's sign-in."""
    if TARGET in request.args:
        session[TARGET] = local_path(request.args.get(TARGET))
    back = auth.settings().public_url + url_for("organisation.answer")
    try:
        found: Response = _client().authorize_redirect(back)
    except (AuthlibBaseError, RequestException, ValueError) as away:
        return _failed(away)
    return found


@blueprint.get("/answer")
@public
@limited("60 per 10 minutes")
def answer() -> Response:
    """Takes what the organisation says of whoever comes back."""
    client = _client()
    try:
        token = client.authorize_access_token()
        told = dict(token["userinfo"])
        more = client.userinfo(token=token)
        issuer = str(client.load_server_metadata()["issuer"])
    except (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError) as refused:
        return _failed(refused)
    if more.get("sub") != told.get("sub"):  # OpenID Connect Core 1.0, 5.3.2
        return _failed(ValueError("the user-info answer is about somebody else"))
    target = local_path(session.get(TARGET))
    try:
        with transaction(auth.engine()) as writer:
            person = _arrived(writer, Claims.read(issuer, {**more, **told}, trusting=auth.settings().oidc_addresses))
    except NobodyLinked as refused:
        flash(in_words(refused), "error")
        return redirect(url_for("people.sign_in"), 303)
    flash(_("Welcome, %(name)s.", name=person.first_names), "success")
    return redirect(target, 303)


def _arrived(writer: Session, claims: Claims) -> Person:
    """Signs the person in, with the roles of his groups. Raises NobodyLinked."""
    now, settings = auth.engine().clock.now(), auth.settings()
    person = identities.person_of(writer, claims, now)
    wanted = identities.roles_of(claims.groups, settings.oidc_roles)
    today = now.astimezone(ZoneInfo(settings.zone)).date()
    if identities.take_roles(writer, person.id, wanted, today):
        sessions.end_others(writer, person.id, None)
    writer.flush()
    auth.sign_in(writer, person, "oidc", remembered=False)
    return person


def _client() -> Any:
    """The sign-in that the settings name. Raises NotFound where they name none."""
    found = current_app.extensions.get("amicale.organisation")
    if found is None:
        raise NotFound(kind="page", id="organisation")
    return found


def _failed(why: Exception) -> Response:
    log.warning("the organisation's sign-in failed: %s", type(why).__name__)
    flash(_("Your organisation's sign-in did not let you through, or is away. Try again."), "error")
    return redirect(url_for("people.sign_in"), 303)
