"""The page on which an operator corrects a value of a case: what it is, what it becomes, and why, before it happens."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextArea, GovTextInput
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from engine import commands
from engine.engine import Engine
from engine.errors import CaseClosed, Conflict, Invalid, InvalidVariable, NotFound
from engine.feel import FeelSyntaxError, compile_expression
from engine.feel.errors import ValueNotStorable
from engine.feel.values import Value, to_expression, type_name
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from engine.variables import check_names, encode
from webapp import authorize
from webapp.auth import engine, staff
from webapp.errors import in_words
from webapp.expression_words import warning_in_words
from webapp.operations.variables import variables_of
from webapp.process_titles import case_title
from webapp.viewer import viewer
from webapp.words import _, language
from workflows.association import discretion

blueprint = Blueprint("corrections", __name__, template_folder="templates", url_prefix="/cases/<uuid:instance_id>/data")
LONGEST = 20_000


class ValueChanged(Conflict):
    """“{name}” is {now} by now: somebody or the case itself changed it."""

    code = "value_changed"


class ValueUnclear(Invalid):
    """This answers no value: {why}"""

    code = "value_unclear"


class ValueUnkept(ValueUnclear):
    """No case can keep this: it is a function, or lists stand more than 200 deep within each other. Write a plain
    value."""

    code = "value_unkept"


def value_field() -> TextAreaField:
    """Where a new value is written, as an expression."""
    return TextAreaField(
        lazy_gettext("New value"),
        validators=[
            InputRequired(lazy_gettext("Write the new value; null if there is none")),
            Length(max=LONGEST, message=lazy_gettext("Write at most 20,000 characters")),
        ],
        widget=GovTextArea(),
    )


class CorrectionForm(FlaskForm):  # type: ignore[misc]
    """The new value as an expression. `was`: the value that the page showed. `seen`: what was already shown as new."""

    value = value_field()
    reason = StringField(
        lazy_gettext("Reason"),
        validators=[
            InputRequired(lazy_gettext("Write why: whoever handles the case later reads it")),
            Length(max=200, message=lazy_gettext("Write at most 200 characters")),
        ],
        widget=GovTextInput(),
    )
    was = HiddenField()
    seen = HiddenField()
    look = SubmitField(lazy_gettext("Look at the change"), widget=GovSubmitInput())


@blueprint.route("/<name>", methods=["GET", "POST"])
@staff
def correct(instance_id: UUID, name: str) -> ResponseReturnValue:
    """Shows a value, then what it would become, then changes it."""
    with reading(engine()) as reader:
        case = authorize.case(reader, viewer(), "operate", instance_id)
        if case.ended_at is not None:
            raise CaseClosed(ended_at=case.ended_at)
        before = _value(reader, engine(), case, name)
        title = case_title(reader, case, language())
    written = to_expression(before)
    form = CorrectionForm(value=written, was=written)
    after: Value = None
    looked = False
    if form.validate_on_submit():
        try:
            after = evaluated(name, form.value.data, engine())
            looked = True
        except (ValueUnclear, InvalidVariable, FeelSyntaxError) as refused:
            form.value.errors = [in_words(refused)]
    if looked and form.seen.data == to_expression(after):
        _correct(case, name, form, after)
        flash(_("“%(name)s” was corrected.", name=name), "success")
        return redirect(url_for("operations.case", instance_id=instance_id, _anchor="data"), 303)
    shown = to_expression(after) if looked else ""
    page = render_template(
        "operations/correct.html", form=form, case=case, case_title=title, name=name, value_now=written, after=shown,
        looked=looked, kind_before=_(type_name(before)), kind_after=_(type_name(after)), was=form.was.data,
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _value(session: Session, engine: Engine, case: ProcessInstance, name: str) -> Value:
    """The value of a variable. Raises NotFound for a name that the case does not have, or the viewer does not see."""
    variables = discretion.seen(variables_of(session, engine, case.id), case.process_id, viewer().actor.roles)
    if name not in variables:
        raise NotFound(kind="value", id=name[:60])
    return variables[name]


def evaluated(name: str, text: str, engine: Engine) -> Value:
    """What a person wrote for a variable, as a value.

    Raises FeelSyntaxError, InvalidVariable, and ValueUnclear where the answer comes with a doubt or cannot be kept.
    """
    answer = compile_expression(text.strip()).evaluate({}, engine.environment)
    if answer.warnings:
        raise ValueUnclear(why=warning_in_words(answer.warnings[0], _))
    check_names({name: answer.value})
    try:
        encode({name: answer.value})
    except ValueNotStorable:
        raise ValueUnkept from None
    return answer.value


def _correct(case: ProcessInstance, name: str, form: CorrectionForm, value: Value) -> None:
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", case.id)
        writer.get(ProcessInstance, case.id, with_for_update=True, populate_existing=True)
        now = to_expression(_value(writer, engine(), case, name))
        if now != form.was.data:
            raise ValueChanged(name=name, now=now[:200])
        commands.set_variables(
            writer, engine(), case.id, {name: value}, by=viewer().actor, reason=form.reason.data.strip()
        )
