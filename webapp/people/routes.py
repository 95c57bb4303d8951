"""Signing in and out: a code by mail for members and volunteers, a password for staff; and the language."""

from __future__ import annotations

from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import get_locale, refresh
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from engine.transaction import transaction
from webapp import auth
from webapp.accounts import codes, factors, identities, passwords
from webapp.auth import public, visitor
from webapp.catalogues import LANGUAGES
from webapp.errors import wants_json
from webapp.limits import limited
from webapp.organisation import name_of
from webapp.people import required, second
from webapp.people.forms import AddressForm, CodeForm, PasswordForm
from webapp.people.mails import ask_for_mail
from webapp.security import local_path
from webapp.start.startable import startables
from webapp.unsent.expired import kept_beside, kept_for
from workflows.association.people import Person

blueprint = Blueprint("people", __name__, template_folder="templates")

PENDING = "pending_code"
TARGET = "next"


def typed_address() -> str:
    """What limits of an account count by: the address as it is compared."""
    return request.form.get("email", "").strip().casefold()[:254]


def pending_code() -> str:
    """What limits of a code count by."""
    return str(session.get(PENDING, "none"))


@blueprint.get("/")
@public
def first_page() -> Answer:
    """Leads to one's work: the inbox, or one's own steps. Whoever is not signed in is told what one can do here."""
    person = visitor()
    if person is None:
        offered = startables(None, str(get_locale()))
        return make_response(render_template("people/home.html", offered=offered))
    return redirect(url_for("inbox.listing" if person.roles else "journey.mine"), 303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@limited("20 per 10 minutes; 60 per day")
@limited("5 per 15 minutes; 20 per day", by=typed_address)
def sign_in() -> Answer:
    """Asks for an address and mails a code to it. Answers the same, in the same time, for an unknown address."""
    if request.method == "GET" and visitor() is not None:
        return redirect(local_path(request.args.get(TARGET)), 303)
    form = AddressForm()
    if request.method == "GET":
        session[TARGET] = local_path(request.args.get(TARGET))
    if not form.validate_on_submit():
        return _page("people/sign_in.html", form)
    with transaction(auth.engine()) as writer:
        code = codes.ask(writer, form.email.data, auth.engine().clock.now())
        ask_for_mail(writer, auth.engine(), code.id)
        session[PENDING] = str(code.id)
    return redirect(url_for("people.enter_code"), 303)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
@limited("30 per 10 minutes; 100 per day", failures_only=True)
@limited("10 per 15 minutes", by=pending_code)
def enter_code() -> Answer:
    """Takes the code that was mailed and signs its person in."""
    if PENDING not in session:
        return redirect(url_for("people.sign_in"), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        return _page("people/code.html", form)
    target = local_path(session.get(TARGET))
    with transaction(auth.engine()) as writer:
        now = auth.engine().clock.now()
        person = codes.redeem(writer, auth.settings().secret_key, UUID(session[PENDING]), form.code.data, now)
        if person is not None and _elsewhere(writer, person):
            return redirect(url_for("people.sign_in"), 303)
        if person is not None and not codes.uses_password(writer, person.id):
            auth.sign_in(writer, person, "code", remembered=form.remember.data)
            required.note(writer, person)
            return _welcome(person, target)
    form.code.errors = [_("This code is not right, or no longer good. Check it, or ask for a new one.")]
    return _page("people/code.html", form)


@blueprint.route("/sign-in/password", methods=["GET", "POST"])
@public
@limited("20 per 10 minutes; 100 per day", failures_only=True)
@limited("5 per 5 minutes; 30 per day", by=typed_address, failures_only=True)
def sign_in_with_password() -> Answer:
    """Signs staff in. Answers the same, in the same time, for an unknown address and a wrong password."""
    form = PasswordForm()
    if request.method == "GET" and TARGET in request.args:
        session[TARGET] = local_path(request.args.get(TARGET))
    if not form.validate_on_submit():
        return _page("people/password.html", form)
    target = local_path(session.get(TARGET))
    with transaction(auth.engine()) as writer:
        person = passwords.verify(writer, form.email.data, form.password.data)
        if person is not None and _elsewhere(writer, person):
            return redirect(url_for("people.sign_in"), 303)
        if person is not None and factors.of_person(writer, person.id):
            return second.begin(writer, person)
        if person is not None:
            auth.sign_in(writer, person, "password", remembered=False)
            required.note(writer, person)
            return _welcome(person, target)
    form.password.errors = [_("This address and this password do not go together. Check both.")]
    return _page("people/password.html", form)


@blueprint.post("/sign-out")
@public
def sign_out() -> Answer:
    """Ends the session of this browser."""
    with transaction(auth.engine()) as writer:
        auth.sign_out(writer)
    flash(_("You are signed out."), "success")
    return redirect(url_for("people.sign_in"), 303)


@blueprint.post("/language")
@public
def language() -> Answer:
    """Sets the language of this browser, and of the signed-in person's account. With `keep` the form of the page came
    along (`kept_form` in its template), and is back with what was typed; a script keeps further forms of it before."""
    chosen = request.values.get("language", "")
    person = visitor()
    if chosen in LANGUAGES:
        session["lang"] = chosen
        refresh()  # what is said of the form that came along is said in it
        if person is not None:
            with transaction(auth.engine()) as writer:
                passwords.account_of(writer, person.person_id).language = chosen
    target = local_path(request.values.get(TARGET))
    if "keep" in request.args and wants_json():
        return jsonify(held=kept_beside(target))
    return redirect(kept_for(target) if "keep" in request.args else target, 303)


def _elsewhere(writer: Session, person: Person) -> bool:
    """Whether the person signs in at the organisation alone: who has left there comes in by no other door."""
    if not auth.settings().oidc_issuer or not identities.bound(writer, person.id):
        return False
    flash(_("You sign in by %(name)s.", name=name_of(auth.settings())), "info")
    return True


def _welcome(person: Person, target: str) -> Answer:
    flash(_("Welcome, %(name)s.", name=person.first_names), "success")
    return redirect(target, 303)


def _page(template: str, form: AddressForm | CodeForm | PasswordForm) -> Response:
    """The page with its form; 422 where the form has errors, so that scripts know too."""
    return make_response(render_template(template, form=form), 422 if form.errors else 200)
