"""The second step of a sign-in: a code of an app, a security key, or a code on paper."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField, SubmitField
from wtforms.validators import DataRequired, Length

from engine.transaction import reading, transaction
from webapp import auth
from webapp.accounts import factors, keys, steps
from webapp.accounts.keys import Party
from webapp.accounts.models import SecondStep
from webapp.auth import public
from webapp.limits import limited
from webapp.security import local_path
from workflows.association import people
from workflows.association.people import Person

blueprint = Blueprint("second", __name__, template_folder="templates", url_prefix="/sign-in/second")
FEW = 3  # codes on paper, of which somebody is told
PENDING = "second_step"
TARGET = "next"


class SecondForm(FlaskForm):  # type: ignore[misc]
    """The code of an app, or one on paper."""

    code = StringField(
        lazy_gettext("Code"),
        filters=[lambda text: "".join(text.split()) if text else text],
        validators=[
            DataRequired(lazy_gettext("Write the code that your app shows")),
            Length(max=40, message=lazy_gettext("This code is too long")),
        ],
        widget=GovTextInput(),
    )
    send = SubmitField(lazy_gettext("Sign in"), widget=GovSubmitInput())


def party() -> Party:
    """Who asks for a security key: the host that this request came to, which is one of ours."""
    address = urlsplit(request.host_url)
    return Party(address.hostname or "", f"{address.scheme}://{address.netloc}", auth.settings().association)


def pending_step() -> str:
    """What limits of a second step count by."""
    return str(session.get(PENDING, "none"))


def begin(writer: Session, person: Person) -> Response:
    """The password was right: leads to the second step."""
    step = steps.begin(writer, person.id, "enter", auth.engine().clock.now())
    session[PENDING] = str(step.id)
    return redirect(url_for("second.enter"), 303)


@blueprint.route("", methods=["GET", "POST"])
@public
@limited("30 per 10 minutes; 100 per day", failures_only=True)
@limited("10 per 15 minutes", by=pending_step)
def enter() -> Response:
    """Asks for the second factor, and signs in with a code."""
    form = SecondForm()
    if form.validate_on_submit():
        with transaction(auth.engine()) as writer:
            now = auth.engine().clock.now()
            step = _attempt(writer)
            if step is None:
                return _again()
            if factors.accepts(writer, auth.settings().secret_key, step.person_id, form.code.data, now):
                return _entered(writer, step)
        form.code.errors = [_("This code is not right, or was used already. Wait for the next one.")]
    with reading(auth.engine()) as reader:
        step = _waiting(reader)
        if step is None:
            return _again()
        known = factors.of_person(reader, step.person_id)
        held = [each for each in known if each.kind == "key"]
        page = render_template(
            "people/second.html", form=form, app=any(each.kind == "app" for each in known),
            options=keys.request_options(party(), held, step) if held else "",
        )  # fmt: skip
    return make_response(page, 422 if form.errors else 200)


@blueprint.post("/key")
@public
@limited("30 per 10 minutes; 100 per day", failures_only=True)
@limited("10 per 15 minutes", by=pending_step)
def key() -> Response:
    """Signs in with a security key."""
    with transaction(auth.engine()) as writer:
        step = _attempt(writer)
        if step is None:
            return _again()
        answer = request.form.get("credential", "")
        if keys.accepts(writer, party(), step, answer, auth.engine().clock.now()):
            return _entered(writer, step)
    flash(_("This security key was not accepted. Try again, or use a code."), "error")
    return redirect(url_for("second.enter"), 303)


def _entered(writer: Session, step: SecondStep) -> Response:
    step.used_at = auth.engine().clock.now()
    person = people.get(writer, step.person_id)
    if person is None or person.deceased_on is not None:
        return _again()
    target = local_path(session.get(TARGET))
    auth.sign_in(writer, person, "password", remembered=False)
    flash(_("Welcome, %(name)s.", name=person.first_names), "success")
    if factors.codes_left(writer, person.id) < FEW:
        flash(_("Few codes on paper are left. Make new ones on your account page."), "info")
    return redirect(target, 303)


def _attempt(writer: Session) -> SecondStep | None:
    step_id = _step_id()
    return None if step_id is None else steps.attempt(writer, step_id, "enter", auth.engine().clock.now())


def _waiting(reader: Session) -> SecondStep | None:
    step_id = _step_id()
    return None if step_id is None else steps.find(reader, step_id, "enter", auth.engine().clock.now())


def _step_id() -> UUID | None:
    text = session.get(PENDING)
    return UUID(text) if isinstance(text, str) else None


def _again() -> Response:
    session.pop(PENDING, None)
    flash(_("This took too long, or too many tries. Sign in again."), "info")
    return redirect(url_for("people.sign_in_with_password"), 303)
