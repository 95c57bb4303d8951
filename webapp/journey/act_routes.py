"""The page of one act of a member on his own case: what follows from it, why (where the process asks), and a yes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSubmitInput, GovTextInput
from sqlalchemy.orm import Session
from wtforms import DateField, HiddenField, RadioField, SubmitField
from wtforms.validators import InputRequired, ValidationError

from engine.transaction import reading, transaction
from webapp import task_work
from webapp.auth import current_day, engine, public
from webapp.journey import acts
from webapp.journey.acts import NoLongerAwaited, OwnAct
from webapp.journey.page import own_case
from webapp.journey.routes import tell_nobody
from webapp.limits import limited
from webapp.process_titles import process_title
from webapp.viewer import viewer
from webapp.words import _, language
from workflows.member_acts import spoken

blueprint = Blueprint(
    "journey_acts", __name__, template_folder="templates", url_prefix="/journeys/<uuid:instance_id>/acts/<message>"
)
blueprint.after_request(tell_nobody)


class ActForm(FlaskForm):  # type: ignore[misc]
    """A yes; pressed twice it is said once."""

    request_key = HiddenField()
    go = SubmitField(widget=GovSubmitInput())


class _Ahead:
    """A day from tomorrow on, not further away than the act says."""

    def __init__(self, days: int) -> None:
        self.days = days

    def __call__(self, form: FlaskForm, field: DateField) -> None:
        today = current_day()
        field.errors = []  # that nothing, or no date, was typed is said by the same sentence
        if not isinstance(field.data, date) or not today < field.data <= today + timedelta(days=self.days):
            raise ValidationError(_("Choose a day from tomorrow on, at most %(num)d days ahead.", num=self.days))


class ReasonForm(ActForm):
    """The same with one of the process's own reasons."""

    reason = RadioField(
        lazy_gettext("Your reason"),
        validators=[InputRequired(lazy_gettext("Choose a reason"))],
        widget=GovRadioInput(),
    )


class DayForm(ActForm):
    """A yes with a day."""

    day = DateField(lazy_gettext("Day"), widget=GovTextInput(), render_kw={"type": "date"})


class ReasonDayForm(ReasonForm, DayForm):
    """What is to be done, of several, and on which day."""

    reason = RadioField(
        lazy_gettext("What do you want to do?"),
        validators=[InputRequired(lazy_gettext("Choose what you want to do"))],
        widget=GovRadioInput(),
    )


_FORMS: Final[Mapping[tuple[bool, bool], type[ActForm]]] = {
    (False, False): ActForm,
    (True, False): ReasonForm,
    (False, True): DayForm,
    (True, True): ReasonDayForm,
}


@blueprint.get("")
@public
def page(instance_id: UUID, message: str) -> ResponseReturnValue:
    """Says what the act does, before it is done. Raises NotFound, NoLongerAwaited."""
    with reading(engine()) as reader:
        own = _own(reader, instance_id, message)
        if acts.awaited(reader, own) is None:
            raise NoLongerAwaited
        form = _form(own)
        form.request_key.data = task_work.new_key()
        return _shown(reader, own, form)


@blueprint.post("")
@public
@limited("20 per hour")
def carry_out(instance_id: UUID, message: str) -> ResponseReturnValue:
    """Says it to the case. Raises NotFound, NoLongerAwaited."""
    with transaction(engine()) as writer:
        own = _own(writer, instance_id, message)
        form = _form(own)
        if not form.validate_on_submit():
            return _shown(writer, own, form), 422
        reason = form.reason.data if own.act.reasons else ""
        key = task_work.key_of(request.form.get("request_key", "")) or task_work.new_key()
        acts.say(writer, engine(), viewer(), own, reason, key, form.day.data if own.act.within_days else None)
        done = spoken(own.act.done, language())
    flash(done, "success")
    return redirect(url_for("journey.page", instance_id=instance_id), 303)


def _own(session: Session, instance_id: UUID, message: str) -> OwnAct:
    who = viewer()
    return acts.own_act(session, engine(), who, own_case(session, who, instance_id), message)


def _form(own: OwnAct) -> FlaskForm:
    form = _FORMS[bool(own.act.reasons), bool(own.act.within_days)]()
    if own.act.within_days:
        form.day.validators = [_Ahead(own.act.within_days)]
    if own.act.reasons:
        form.reason.choices = [(code, spoken(texts, language())) for code, texts in own.act.reasons.items()]
    form.go.label.text = own.act.label(language())
    return form


def _shown(session: Session, own: OwnAct, form: FlaskForm) -> str:
    return render_template(
        "journey/act.html",
        form=form,
        act=own.act,
        title=own.act.label(language()),
        effects=spoken(own.act.effects, language()),
        caption=process_title(session, own.case, language()),
        back=url_for("journey.page", instance_id=own.case.id),
    )
