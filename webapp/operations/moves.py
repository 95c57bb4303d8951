"""The pages on which an operator takes a case elsewhere, begins it anew at an element, or passes over an incident.

Each says what ends and what begins before it happens, needs the right to operate the case and a reason, and is
recorded. What is offered is what the diagram allows (`engine.moving.standing`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextArea
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from engine import commands
from engine.engine import Engine
from engine.errors import CaseClosed, CaseSuspended, InvalidVariable, NotFound
from engine.feel import FeelSyntaxError
from engine.feel.values import Value
from engine.models import Incident, ProcessInstance
from engine.moving import Standing, standing
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import engine, staff
from webapp.errors import in_words
from webapp.operations.ahead import element_name
from webapp.operations.corrections import ValueUnclear, evaluated
from webapp.operations.diagrams import drawing
from webapp.operations.drawing import Drawing
from webapp.operations.interventions import ReasonForm
from webapp.operations.move_words import begins, ends
from webapp.operations.variables import withheld
from webapp.process_titles import case_title
from webapp.task_work import key_of, new_key
from webapp.viewer import viewer
from webapp.words import _, language

blueprint = Blueprint("moves", __name__, template_folder="templates", url_prefix="/cases/<uuid:instance_id>")
LONGEST = 20_000


class MoveForm(ReasonForm):
    """Where the case goes on. `seen`: the element of which the effect was shown already."""

    element = SelectField(
        lazy_gettext("Go on at"),
        validators=[InputRequired(lazy_gettext("Choose where the case goes on"))],
        widget=GovSelect(),
    )
    request_key = HiddenField()
    seen = HiddenField()


class SkipForm(ReasonForm):
    """What the step would have brought, as a context of values."""

    result = TextAreaField(
        lazy_gettext("What it would have brought (optional)"),
        validators=[Length(max=LONGEST, message=lazy_gettext("Write at most 20,000 characters"))],
        widget=GovTextArea(),
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """A place at which the case stands, to be ticked."""

    token: UUID
    name: str
    chosen: bool


@blueprint.route("/move", methods=["GET", "POST"])
@staff
def move(instance_id: UUID) -> ResponseReturnValue:
    """Shows where a case stands and may go, then what that means, then takes it there."""
    chosen = _tokens(request.values.getlist("token"))
    with reading(engine()) as reader:
        case = _movable(reader, instance_id)
        stands = standing(reader, engine(), case, chosen)
        drawn, title = drawing(reader, engine(), case.definition_id), case_title(reader, case, language())
    form = MoveForm(request_key=new_key())
    form.element.choices = [("", ""), *_offered(drawn, stands)]
    looked = form.validate_on_submit()
    if looked and form.seen.data == form.element.data:
        _moved(instance_id, stands, form)
        flash(_("The case goes on at “%(name)s”.", name=_name(drawn, form.element.data)), "success")
        return redirect(url_for("operations.case", instance_id=instance_id), 303)
    page = render_template(
        "operations/move.html", form=form, case=case, case_title=title, spots=_spots(drawn, stands), looked=looked,
        chosen=stands.chosen, ends=ends(drawn, stands.way.ended, language()) if looked else [],
        stays=[spot.name for spot in _spots(drawn, stands) if not spot.chosen],
        begins=begins(drawn, form.element.data, language()) if looked else "", offered=len(stands.places),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _moved(instance_id: UUID, stands: Standing, form: MoveForm) -> None:
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", instance_id)
        commands.move_tokens(
            writer, engine(), instance_id, form.element.data, by=viewer().actor, tokens=stands.chosen,
            reason=form.reason.data.strip(), request_key=key_of(form.request_key.data or ""),
        )  # fmt: skip


def _movable(session: Session, instance_id: UUID) -> ProcessInstance:
    """The case, where the viewer may take it elsewhere. Raises NotFound, CaseClosed, CaseSuspended."""
    case = authorize.case(session, viewer(), "operate", instance_id)
    if case.ended_at is not None:
        raise CaseClosed(ended_at=case.ended_at)
    if case.status == "suspended":
        raise CaseSuspended()
    return case


def _tokens(given: Sequence[str]) -> tuple[UUID, ...]:
    """Ids of tokens; what is none says nothing."""
    found = []
    for text in given[:500]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return tuple(found)


def _offered(drawn: Drawing, stands: Standing) -> Sequence[tuple[str, str]]:
    """The elements to which the chosen tokens may go, as a reader meets them on the way."""
    order = {shape.id: place for place, shape in enumerate(drawn.reading_order())}
    return [(one, _name(drawn, one)) for one in sorted(stands.places, key=lambda one: order.get(one, len(order)))]


def _spots(drawn: Drawing, stands: Standing) -> Sequence[Spot]:
    return [Spot(each.id, _name(drawn, each.element), each.id in stands.chosen) for each in stands.tokens]


def _name(drawn: Drawing, element: str) -> str:
    return element_name(drawn, element, language()) or element


@blueprint.route("/incidents/<uuid:incident_id>/skip", methods=["GET", "POST"])
@staff
def skip(instance_id: UUID, incident_id: UUID) -> ResponseReturnValue:
    """Passes over what stands still: it counts as done, with what it would have brought."""
    with reading(engine()) as reader:
        case = _movable(reader, instance_id)
        incident = _incident(reader, instance_id, incident_id)
        drawn, title = drawing(reader, engine(), case.definition_id), case_title(reader, case, language())
    form = SkipForm()
    form.go.label.text = _("Pass over it")
    if form.validate_on_submit():
        values = brought(form, engine(), partial(_hidden, instance_id))
        if values is not None:
            _skipped(instance_id, incident_id, form.reason.data.strip(), values)
            flash(_("It counts as done. The case goes on behind it."), "success")
            return redirect(url_for("operations.case", instance_id=instance_id), 303)
    page = render_template(
        "operations/skip.html", form=form, case=case, case_title=title, name=_name(drawn, incident.element),
        after=[_name(drawn, flow.target) for flow in drawn.outgoing(incident.element)],
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _incident(session: Session, instance_id: UUID, incident_id: UUID) -> Incident:
    known = select(Incident).where(
        Incident.id == incident_id, Incident.instance_id == instance_id, Incident.resolved_at.is_(None)
    )
    found = session.scalars(known).one_or_none()
    if found is None:
        raise NotFound(kind="incident", id=str(incident_id))
    return found


def brought(form: SkipForm, engine: Engine, hidden: Callable[[Set[str]], Set[str]]) -> dict[str, Value] | None:
    """The values that a person wrote; None where the form now says what is wrong with them. `hidden`: of these names
    those that this person does not see, and so does not write."""
    text = (form.result.data or "").strip() or "{}"
    try:
        value = evaluated("result", text, engine)
    except (ValueUnclear, InvalidVariable, FeelSyntaxError) as refused:
        form.result.errors = [in_words(refused)]
        return None
    if not isinstance(value, dict):
        form.result.errors = [_("Write names and values in braces, like {accepted: true, pages: 2}")]
        return None
    unseen = hidden(value.keys())
    if unseen:
        form.result.errors = [in_words(NotFound(kind="value", id=min(unseen)))]
        return None
    return value


def _hidden(instance_id: UUID, names: Set[str]) -> Set[str]:
    with reading(engine()) as reader:
        case = authorize.case(reader, viewer(), "operate", instance_id)
        return withheld(reader, engine(), case, names, viewer().actor.roles)


def _skipped(instance_id: UUID, incident_id: UUID, reason: str, values: dict[str, Value]) -> None:
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", instance_id)
        commands.skip_incident(
            writer, engine(), incident_id, by=viewer().actor, reason=reason, variables=values
        )  # fmt: skip
