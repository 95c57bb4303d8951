"""What an act on many cases asks for: its form, and what may be chosen in it for the cases at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from flask import request
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovSelect
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import InputRequired

from engine.collective.deeds import Asked, is_complete
from engine.errors import InvalidVariable, TimeTooFar
from engine.feel import FeelSyntaxError
from webapp.auth import engine
from webapp.errors import in_words
from webapp.operations.choice import Choice
from webapp.operations.corrections import ValueUnclear, evaluated, value_field
from webapp.operations.moves import SkipForm
from webapp.operations.outlook import goes_on_at, names_in, stands_at, stopped_at, waited_at
from webapp.operations.timers import date_field, due_of
from webapp.viewer import viewer
from webapp.words import _, language

FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "suspend": frozenset({"reason"}), "resume": frozenset(), "cancel": frozenset({"reason", "sure"}),
    "move": frozenset({"element", "place", "reason", "sure"}), "restart": frozenset({"place", "reason", "sure"}),
    "skip": frozenset({"element", "result", "reason", "sure"}), "retry": frozenset({"element"}),
    "run": frozenset({"element", "reason", "sure"}), "date": frozenset({"element", "due", "reason", "sure"}),
    "correct": frozenset({"value_name", "value", "reason", "sure"}),
}  # fmt: skip
ALIKE: Final = frozenset({"place", "value_name"})  # what has a meaning among cases of one process alone


class CollectiveForm(SkipForm):
    """What is to be done; an act has some of these. `seen`: what was shown; `act_id`: it is done once."""

    element = SelectField(lazy_gettext("Where they stand"), widget=GovSelect(), validate_choice=False)
    place = SelectField(lazy_gettext("Go on at"), widget=GovSelect(), validate_choice=False)
    due = date_field()
    value_name = SelectField(lazy_gettext("Which value"), widget=GovSelect(), validate_choice=False)
    value = value_field()
    sure = BooleanField(
        lazy_gettext("Yes, for all of these cases"),
        validators=[InputRequired(lazy_gettext("Tick the box if this is to happen to all of these cases"))],
        widget=GovCheckboxInput(),
    )
    seen = HiddenField()
    act_id = HiddenField()

    @classmethod
    def of(cls, kind: str, act_id: str) -> CollectiveForm:
        """The form of an act, without what it does not ask for."""
        form = cls(act_id=act_id)
        for name in ("element", "place", "due", "value_name", "value", "reason", "sure", "result"):
            if name not in FIELDS[kind]:
                del form[name]
        return form


def offer(reader: Session, form: CollectiveForm, found: Choice, kind: str) -> Asked:
    """Fills the choices of the form; answers what is chosen of them. What is missing or wrong is said by the form."""
    asked, alike = Asked(kind), len(found.processes) == 1
    if "element" in form:
        asked = _element(reader, form, found, asked)
    if "place" in form:
        offered = goes_on_at(reader, engine(), found.cases, asked, language()) if alike else []
        form.place.choices = [("", ""), *offered]
        asked = replace(asked, place=_picked(form.place))
    if "due" in form:
        asked = replace(asked, due_at=_moment(form))
        if not is_past(asked, engine().clock.now()):
            del form.sure
    if "value_name" in form:
        names = names_in(reader, engine(), found.cases, viewer().actor.roles) if alike else []
        form.value_name.choices = [("", ""), *((name, name) for name in names)]
        asked = replace(asked, variables=_value(form))
    if request.method == "POST" and not is_complete(asked):
        _complain(form)
    return asked


def _element(reader: Session, form: CollectiveForm, found: Choice, asked: Asked) -> Asked:
    stops = {"move": stands_at, "run": waited_at, "date": waited_at}.get(asked.kind, stopped_at)
    if stops is waited_at:
        form.element.label.text = _("What is waited for")
    offered: Sequence[tuple[str, str]] = stops(reader, engine(), found.cases, language())
    none = [] if stops is not stopped_at else [("", _("wherever something stands still"))]
    form.element.choices = [*none, *offered]
    picked = _picked(form.element) or (form.element.choices or [("", "")])[0][0]
    form.element.data = picked
    return replace(asked, element=picked)


def _picked(field: SelectField) -> str:
    """The value of the field, where it is one that was offered."""
    return str(field.data) if field.data in dict(field.choices) else ""


def _moment(form: CollectiveForm) -> datetime | None:
    """The new date, which is written in the association's zone; None where the form now says what is wrong with it."""
    if form.due.data is None:
        return None
    try:
        return due_of(form.due)
    except TimeTooFar as refused:
        form.due.errors = [in_words(refused)]
        return None


def is_past(asked: Asked, now: datetime) -> bool:
    """Whether the new date has come already: it happens at once, and nothing takes it back."""
    return asked.kind == "date" and asked.due_at is not None and asked.due_at <= now


def _value(form: CollectiveForm) -> dict[str, object]:
    name = _picked(form.value_name)
    if not name or not (form.value.data or "").strip():
        return {}
    try:
        return {name: evaluated(name, form.value.data, engine())}
    except (ValueUnclear, InvalidVariable, FeelSyntaxError) as refused:
        form.value.errors = [in_words(refused)]
        return {}


def _complain(form: CollectiveForm) -> None:
    """Says at the fields what the act still needs."""
    if "place" in form and not _picked(form.place):
        form.place.errors = [_("Choose where the case goes on")]
    if "value_name" in form and not _picked(form.value_name):
        form.value_name.errors = [_("Choose which value is corrected")]
    for field in (form[name] for name in ("due", "value") if name in form):
        if not field.errors:
            field.validate(form)
