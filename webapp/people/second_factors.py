"""One's second factors: apps and security keys are added and taken away, codes for paper made; after the password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

import segno
from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput, GovTextInput
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import DataRequired, Length

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp import auth
from webapp.accounts import factors, keys, passwords, sessions, steps
from webapp.accounts.keys import KeyRefused
from webapp.auth import current, signed_in
from webapp.errors import in_words
from webapp.limits import limited
from webapp.people import required
from webapp.people.second import SecondForm, party
from workflows.association import people

blueprint = Blueprint("second_factors", __name__, template_folder="templates", url_prefix="/account/second")
CONFIRMED, GOOD_FOR = "confirmed", timedelta(minutes=10)
View = TypeVar("View", bound=Callable[..., Any])


class PresentForm(FlaskForm):  # type: ignore[misc]
    """The password again, before the ways to sign in change."""

    present = PasswordField(
        lazy_gettext("Present password"),
        validators=[DataRequired(lazy_gettext("Write your password"))],
        widget=GovPasswordInput(),
    )
    go = SubmitField(lazy_gettext("Go on"), widget=GovSubmitInput())


class NameForm(FlaskForm):  # type: ignore[misc]
    """What one calls an app or a key."""

    name = StringField(
        lazy_gettext("Name, like “phone” or “blue key”"),
        validators=[
            DataRequired(lazy_gettext("Write a name by which you will know it")),
            Length(max=80, message=lazy_gettext("Write at most 80 characters")),
        ],
        widget=GovTextInput(),
    )


def confirmed(view: View) -> View:
    """After the password was given again, within the last ten minutes."""

    @wraps(view)
    def checked(*args: object, **kwargs: object) -> object:
        session_id, at = session.get(CONFIRMED) or ("", "")
        now = auth.engine().clock.now()
        if session_id != str(current().session_id) or now - datetime.fromisoformat(at) > GOOD_FOR:
            return redirect(url_for("second_factors.confirm"), 303)
        return view(*args, **kwargs)

    return checked  # type: ignore[return-value]


@blueprint.route("/confirm", methods=["GET", "POST"])
@signed_in
@limited("5 per 5 minutes; 30 per day", by=lambda: str(current().person_id), failures_only=True)
def confirm() -> Response:
    """Asks for the password again."""
    form = PresentForm()
    if form.validate_on_submit():
        with reading(auth.engine()) as reader:
            person = people.get(reader, current().person_id)
            right = person is not None and passwords.confirms(reader, person, form.present.data)
        if right:
            session[CONFIRMED] = [str(current().session_id), auth.engine().clock.now().isoformat()]
            return redirect(url_for("second_factors.listing"), 303)
        form.present.errors = [_("This is not your present password")]
    return make_response(render_template("people/confirm.html", form=form), 422 if form.errors else 200)


@blueprint.get("")
@signed_in
@confirmed
def listing() -> str:
    """My second factors."""
    with reading(auth.engine()) as reader:
        return render_template(
            "people/second_factors.html", known=factors.of_person(reader, current().person_id), form=NameForm(),
            left=factors.codes_left(reader, current().person_id),
        )  # fmt: skip


@blueprint.post("/app")
@signed_in
@confirmed
def begin_app() -> Response:
    """Begins to add an app."""
    form = NameForm()
    if not form.validate_on_submit():
        return _unnamed()
    with transaction(auth.engine()) as writer:
        now = auth.engine().clock.now()
        factor = factors.begin_app(writer, current().person_id, form.name.data.strip(), now)
    return redirect(url_for("second_factors.app", factor_id=factor.id), 303)


@blueprint.route("/app/<uuid:factor_id>", methods=["GET", "POST"])
@signed_in
@confirmed
@limited("20 per 10 minutes", by=lambda: str(current().person_id))
def app(factor_id: UUID) -> Response:
    """Shows the picture that the app reads, and takes its first code."""
    form, secret, person = SecondForm(), auth.settings().secret_key, current()
    form.send.label.text = _("Add the app")
    with transaction(auth.engine()) as writer:
        factor = factors.begun_app(writer, person.person_id, factor_id)
        if factor is None:
            raise NotFound(kind="app", id=str(factor_id))
        if form.validate_on_submit():
            if factors.confirm_app(secret, factor, form.code.data, auth.engine().clock.now()):
                return _added(writer)
            form.code.errors = [_("This code is not right. Check the clock of your phone, and write the next one.")]
        address = factors.app_address(secret, factor_id, _account(writer), auth.settings().association)
    picture = Markup(segno.make(address).svg_inline(scale=5, border=2, lineclass=None, svgclass="am-code-picture"))  # noqa: S704 - made here
    page = render_template(
        "people/app.html", form=form, picture=picture, secret=factors.app_secret(secret, factor_id)
    )  # fmt: skip
    return make_response(page, 422 if form.errors else 200)


@blueprint.post("/key")
@signed_in
@confirmed
def begin_key() -> Response:
    """Begins to add a security key: the browser asks for it."""
    form = NameForm()
    if not form.validate_on_submit():
        return _unnamed()
    with transaction(auth.engine()) as writer:
        person = people.get(writer, current().person_id)
        assert person is not None
        step = steps.begin(writer, person.id, "add", auth.engine().clock.now())
        known = factors.of_person(writer, person.id)
        options = keys.creation_options(party(), person, _account(writer), known, step)
        return make_response(
            render_template("people/key.html", options=options, step_id=step.id, name=form.name.data.strip())
        )


@blueprint.post("/key/<uuid:step_id>")
@signed_in
@confirmed
def add_key(step_id: UUID) -> Response:
    """Keeps the key that the browser tells of."""
    try:
        with transaction(auth.engine()) as writer:
            now = auth.engine().clock.now()
            step = steps.attempt(writer, step_id, "add", now)
            if step is None or step.person_id != current().person_id:
                raise NotFound(kind="step", id=str(step_id))
            name = request.form.get("name", "").strip()[:80] or "–"
            keys.add(writer, party(), step, request.form.get("credential", ""), name, now)
            return _added(writer)
    except KeyRefused as refused:
        flash(in_words(refused), "error")
    return redirect(url_for("second_factors.listing"), 303)


@blueprint.post("/<uuid:factor_id>/remove")
@signed_in
@confirmed
def remove(factor_id: UUID) -> Response:
    """Takes one away."""
    with transaction(auth.engine()) as writer:
        if len(factors.of_person(writer, current().person_id)) == 1 and required.demanded(writer):
            flash(_("Your role asks for a second step: add another one first."), "error")
            return redirect(url_for("second_factors.listing"), 303)
        if not factors.remove(writer, current().person_id, factor_id):
            raise NotFound(kind="second factor", id=str(factor_id))
    flash(_("It is not asked for any more."), "success")
    return redirect(url_for("second_factors.listing"), 303)


@blueprint.post("/codes")
@signed_in
@confirmed
def codes() -> Response:
    """New codes for paper, shown once."""
    with transaction(auth.engine()) as writer:
        return _codes(writer)


def _added(writer: Session) -> Response:
    """A factor was added: other devices are signed out, and with the first one come codes for paper."""
    sessions.end_others(writer, current().person_id, current().session_id)
    session.pop(required.DUE, None)
    flash(_("From now on it is asked for when you sign in. Every other device is signed out."), "success")
    if factors.codes_left(writer, current().person_id):
        return redirect(url_for("second_factors.listing"), 303)
    return _codes(writer)


def _codes(writer: Session) -> Response:
    made = factors.make_codes(writer, auth.settings().secret_key, current().person_id, auth.engine().clock.now())
    return make_response(render_template("people/recovery.html", codes=made))


def _account(session_: Session) -> str:
    person = people.get(session_, current().person_id)
    return (person.primary_email if person is not None else None) or current().name


def _unnamed() -> Response:
    flash(_("Write a name by which you will know it"), "error")
    return redirect(url_for("second_factors.listing"), 303)
