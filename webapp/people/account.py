"""One's own account: the browsers that are signed in, and the password."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.transaction import reading, transaction
from webapp import auth
from webapp.accounts import passwords, sessions
from webapp.accounts.models import Account, WebSession
from webapp.accounts.passwords import PasswordRefused
from webapp.auth import current, signed_in
from webapp.errors import in_words
from webapp.inbox import digest
from webapp.limits import limited
from webapp.people import own_zone, required
from webapp.people.forms import FirstPasswordForm, NewPasswordForm
from workflows.association import people, role_names

FRESH = timedelta(minutes=10)  # after a sign-in by a code: whoever has no password may choose one
blueprint = Blueprint("account", __name__, template_folder="templates", url_prefix="/account")


@blueprint.app_template_filter("device")
def device_words(name: str) -> str:
    """What a device is called on a page; a browser that nobody knows is said to be one."""
    known = ", ".join(part for part in name.split(", ") if part not in {"", "?"})  # “?”: written before 2026-12
    return known or _("Unknown browser")


@blueprint.get("/")
@signed_in
def overview() -> str:
    """Who I am here, which roles I hold, which browsers are signed in."""
    person = current()
    with reading(auth.engine()) as reader:
        now = auth.engine().clock.now()
        kept = reader.get(Account, person.person_id)
        row = people.get(reader, person.person_id)
        return render_template(
            "people/account.html",
            person=person,
            address=row.primary_email if row is not None else None,
            held=[role_names.ROLES[key] for key in role_names.ROLES if key in person.roles],
            browsers=sessions.list_open(reader, person.person_id, now),
            digest=digest.rhythm_of(reader, person.person_id),
            zones=own_zone.choices(get_locale().language),
            zone=row.zone if row is not None else None,
            has_password=kept is not None and kept.password_hash is not None,
        )


@blueprint.post("/browsers/<uuid:session_id>/end")
@signed_in
def end_browser(session_id: UUID) -> Response:
    """Signs one of my browsers out."""
    with transaction(auth.engine()) as writer:
        sessions.end(writer, current().person_id, session_id)
    flash(_("That device is signed out."), "success")
    return redirect(url_for("account.overview"), 303)


@blueprint.post("/browsers/end-others")
@signed_in
def end_other_browsers() -> Response:
    """Signs every browser of mine out but this one."""
    with transaction(auth.engine()) as writer:
        sessions.end_others(writer, current().person_id, current().session_id)
    flash(_("Every other device is signed out."), "success")
    return redirect(url_for("account.overview"), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@signed_in
@limited("5 per 5 minutes; 30 per day", by=lambda: str(current().person_id))
def change_password() -> Response:
    """Changes my password and signs my other browsers out."""
    first, fresh = _without_password()
    if first and not fresh:
        flash(_("Sign in again by a code, then choose a password within ten minutes."), "info")
        return redirect(url_for("account.overview"), 303)
    form = FirstPasswordForm() if first else NewPasswordForm()
    if form.validate_on_submit() and _changed(form):
        flash(_("Your password is changed. Every other device is signed out."), "success")
        return redirect(url_for("account.overview"), 303)
    return make_response(render_template("people/new_password.html", form=form), 422 if form.errors else 200)


def _without_password() -> tuple[bool, bool]:
    """Whether I need a first password for a second step, and whether I signed in so shortly before that I may."""
    if required.DUE not in session:
        return False, False
    person, now = current(), auth.engine().clock.now()
    with reading(auth.engine()) as reader:
        kept = reader.get(Account, person.person_id)
        opened = reader.get_one(WebSession, person.session_id).opened_at
    return kept is None or kept.password_hash is None, now - opened <= FRESH


def _changed(form: FirstPasswordForm) -> bool:
    """Whether it could be done; the form says why not."""
    person = current()
    with transaction(auth.engine()) as writer:
        row = people.get(writer, person.person_id)
        if "present" in form and (row is None or not passwords.confirms(writer, row, form.present.data)):
            form.present.errors = [_("This is not your present password")]
            return False
        if row is None:
            return False
        try:
            passwords.set_password(writer, row, form.chosen.data, auth.engine().clock.now())
        except PasswordRefused as refused:
            form.chosen.errors = [in_words(refused)]
            return False
        sessions.end_others(writer, person.person_id, person.session_id)
    return True
