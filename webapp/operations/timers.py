"""The page of one pending timer: move its date, put it back, or let it run now. For those who operate the case."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSubmitInput, GovTextInput
from wtforms import DateTimeLocalField, HiddenField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from engine import commands
from engine.bpmn.errors import TokenGone
from engine.errors import TimeTooFar
from engine.models import ProcessInstance
from engine.pending import PendingTimer, pending_timers
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import engine, staff
from webapp.dates import read_moment, zone_city
from webapp.errors import in_words
from webapp.operations.ahead import element_name
from webapp.operations.diagrams import drawing
from webapp.process_titles import case_title
from webapp.task_work import key_of, new_key
from webapp.viewer import viewer
from webapp.words import _, language

blueprint = Blueprint(
    "timers", __name__, template_folder="templates", url_prefix="/cases/<uuid:instance_id>/timers/<uuid:timer_id>"
)
LOCAL = "%Y-%m-%dT%H:%M"


def date_field() -> DateTimeLocalField:
    """Where a new moment is written, by the clock of the association."""
    return DateTimeLocalField(
        lazy_gettext("New date and time"),
        format=[LOCAL, f"{LOCAL}:%S"],
        validators=[InputRequired(lazy_gettext("Write a date and a time, like 2027-01-31 09:00"))],
        widget=GovTextInput(),
    )


class TimerForm(FlaskForm):  # type: ignore[misc]
    """When it is to be due, in the association's zone, and why. `was`: the date that the page showed."""

    due = date_field()
    reason = StringField(
        lazy_gettext("Reason (optional)"),
        validators=[Length(max=200, message=lazy_gettext("Write at most 200 characters"))],
        widget=GovTextInput(),
    )
    was = HiddenField()
    save = SubmitField(lazy_gettext("Change the date"), widget=GovSubmitInput())


@blueprint.route("", methods=["GET", "POST"])
@staff
def timer(instance_id: UUID, timer_id: UUID) -> ResponseReturnValue:
    """Shows a timer that is not due yet, and moves it."""
    case, found, name, title = _found(instance_id, timer_id)
    zone = engine().settings.zone
    form = TimerForm(due=found.due_at.astimezone(zone), was=found.due_at.isoformat())
    if form.validate_on_submit():
        try:
            _move(instance_id, timer_id, form)
        except TimeTooFar as refused:
            form.due.errors = [in_words(refused)]
        else:
            return redirect(url_for("operations.case", instance_id=instance_id, _anchor="ahead"), 303)
    page = render_template(
        "operations/timer.html", form=form, timer=found, name=name, case=case, request_key=new_key(),
        suspended=case.status == "suspended", city=zone_city(zone), case_title=title,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.post("/undo")
@staff
def undo(instance_id: UUID, timer_id: UUID) -> ResponseReturnValue:
    """Puts the timer back to the date that it had before the last change."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", instance_id)
        found = next((one for one in pending_timers(writer, instance_id) if one.token == timer_id), None)
        if found is None or found.before is None:
            raise TokenGone(element=str(timer_id))
        commands.move_timer(
            writer, engine(), instance_id, timer_id, found.before, by=viewer().actor, was=seen(request.form.get("was"))
        )
    flash(_("The date is what it was before."), "success")
    return redirect(url_for("operations.case", instance_id=instance_id, _anchor="ahead"), 303)


@blueprint.post("/run")
@staff
def run(instance_id: UUID, timer_id: UUID) -> ResponseReturnValue:
    """Lets the timer run now."""
    key = key_of(request.form.get("request_key", ""))
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", instance_id)
        commands.run_timer(
            writer, engine(), instance_id, timer_id, by=viewer().actor, request_key=key,
            reason=request.form.get("reason", "").strip(),
        )  # fmt: skip
    flash(_("It is not waited for any longer."), "success")
    return redirect(url_for("operations.case", instance_id=instance_id), 303)


def _found(instance_id: UUID, token: UUID) -> tuple[ProcessInstance, PendingTimer, str, str]:
    """The case, the timer, the names of both. Raises NotFound for a case that is not the viewer's, TokenGone."""
    with reading(engine()) as reader:
        case = authorize.case(reader, viewer(), "operate", instance_id)
        timers = {one.token: one for one in pending_timers(reader, instance_id)}
        title = case_title(reader, case, language())
        if token not in timers:
            raise TokenGone(element=title)
        drawn = drawing(reader, engine(), case.definition_id)
        return case, timers[token], element_name(drawn, timers[token].element, language()), title


def due_of(field: DateTimeLocalField) -> datetime:
    """The moment that a person wrote as local time of the association; an hour that does not exist moves on by the gap.
    Raises TimeTooFar."""
    local: datetime = field.data.replace(tzinfo=engine().settings.zone)
    engine().settings.limits.check_moment(local, engine().clock.now())
    return local.astimezone(UTC)


def _move(instance_id: UUID, token: UUID, form: TimerForm) -> None:
    due_at = due_of(form.due)
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", instance_id)
        commands.move_timer(
            writer, engine(), instance_id, token, due_at, by=viewer().actor, was=seen(form.was.data),
            reason=form.reason.data or "",
        )  # fmt: skip
    flash(_("The date was changed. To undo it, open the timer again."), "success")


def seen(text: str | None) -> datetime | None:
    """The date that the page showed; None for what our page has not written: it is compared with nothing then."""
    try:
        return read_moment(text or "")
    except ValueError:
        return None
