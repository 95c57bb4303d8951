"""The pages on which an operator holds a case, lets it go on, or ends it: each says first what will happen.

What each act needs: the right to operate the case, a reason (kept in its history), and for an end a second yes, since
an ended case cannot be taken up again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovSubmitInput, GovTextInput
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import CaseClosed, CaseSuspended
from engine.models import Incident, Job, ProcessInstance
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import engine, staff
from webapp.inbox.context import open_tasks
from webapp.operations.ahead import element_name
from webapp.operations.diagrams import drawing
from webapp.process_titles import case_title
from webapp.viewer import viewer
from webapp.words import _, language

blueprint = Blueprint("interventions", __name__, template_folder="templates", url_prefix="/cases/<uuid:instance_id>")
MOST = 200  # cases below a case that are counted by name; a longer tree is told by its number


@dataclass(frozen=True, slots=True)
class Touched:
    """What an act on a case reaches: its open tasks by name, how many dates, jobs, incidents, and called cases."""

    tasks: Sequence[str]
    dates: int
    jobs: int
    incidents: int
    called: Sequence[str]


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why: whoever looks at the case later reads it."""

    reason = StringField(
        lazy_gettext("Reason"),
        validators=[
            InputRequired(lazy_gettext("Write why: whoever handles the case later reads it")),
            Length(max=200, message=lazy_gettext("Write at most 200 characters")),
        ],
        widget=GovTextInput(),
    )
    go = SubmitField(lazy_gettext("Go on"), widget=GovSubmitInput())


class EndForm(ReasonForm):
    """The same, with a second yes."""

    sure = BooleanField(
        lazy_gettext("Yes, end this case for good"),
        validators=[InputRequired(lazy_gettext("Tick the box if the case is to end for good"))],
        widget=GovCheckboxInput(),
    )


@blueprint.route("/suspend", methods=["GET", "POST"])
@staff
def suspend(instance_id: UUID) -> ResponseReturnValue:
    """Holds the case: its dates and jobs wait, its tasks cannot be completed."""
    form = ReasonForm()
    form.go.label.text = _("Suspend the case")
    return _page(instance_id, form, "suspend", _suspended, _("The case is suspended."))


@blueprint.route("/resume", methods=["GET", "POST"])
@staff
def resume(instance_id: UUID) -> ResponseReturnValue:
    """Lets a suspended case go on: what fell due meanwhile happens now."""
    form = FlaskForm()
    return _page(instance_id, form, "resume", _resumed, _("The case goes on."))


@blueprint.route("/end", methods=["GET", "POST"])
@staff
def end(instance_id: UUID) -> ResponseReturnValue:
    """Ends the case for good, with the cases that it called."""
    form = EndForm()
    form.go.label.text = _("End the case")
    return _page(instance_id, form, "end", _ended, _("The case was ended."))


Act = Callable[[Session, Engine, UUID, Actor, FlaskForm], None]


def _suspended(session: Session, engine: Engine, instance_id: UUID, by: Actor, form: FlaskForm) -> None:
    commands.suspend(session, engine, instance_id, by=by, reason=form.reason.data.strip())


def _resumed(session: Session, engine: Engine, instance_id: UUID, by: Actor, form: FlaskForm) -> None:
    commands.resume(session, engine, instance_id, by=by)


def _ended(session: Session, engine: Engine, instance_id: UUID, by: Actor, form: FlaskForm) -> None:
    commands.cancel(session, engine, instance_id, by=by, reason=form.reason.data.strip())


def _page(instance_id: UUID, form: FlaskForm, what: str, act: Act, done: str) -> ResponseReturnValue:
    """Shows what the act will do; does it, once its form is complete."""
    if form.validate_on_submit():
        with transaction(engine()) as writer:
            authorize.case(writer, viewer(), "operate", instance_id)
            act(writer, engine(), instance_id, viewer().actor, form)
        flash(done, "success")
        return redirect(url_for("operations.case", instance_id=instance_id), 303)
    with reading(engine()) as reader:
        case = authorize.case(reader, viewer(), "operate", instance_id)
        _check_possible(case, what)
        shown = render_template(
            f"operations/{what}.html", form=form, case=case, case_title=case_title(reader, case, language()),
            touched=touched(reader, engine(), case),
        )  # fmt: skip
    return shown, 422 if form.errors else 200


def _check_possible(case: ProcessInstance, what: str) -> None:
    """Raises CaseClosed, CaseSuspended: a page for what cannot be done any more would only lead to a refusal."""
    if case.ended_at is not None:
        raise CaseClosed(ended_at=case.ended_at)
    if what == "suspend" and case.status == "suspended":
        raise CaseSuspended()


def touched(session: Session, engine: Engine, case: ProcessInstance) -> Touched:
    """What an act on this case reaches, in it and in the open cases below it."""
    below = _below(session, case.id)
    tasks = []
    for each in (case, *below):
        drawn = drawing(session, engine, each.definition_id)
        tasks += [element_name(drawn, task.element, language()) for task in open_tasks(session, each.id)]
    ids = [case.id, *(each.id for each in below)]
    kinds = select(Job.kind, func.count()).where(Job.instance_id.in_(ids)).group_by(Job.kind)
    count = dict(session.execute(kinds).tuples().all())
    standing = select(func.count()).where(Incident.instance_id.in_(ids), Incident.resolved_at.is_(None))
    dates = count.pop("timer", 0)
    count.pop("deadline", 0)  # the date of a task that is named already
    called = [case_title(session, each, language()) for each in below]
    return Touched(tasks, dates, sum(count.values()), session.scalars(standing).one(), called)


def _below(session: Session, instance_id: UUID) -> Sequence[ProcessInstance]:
    """The open cases that this one called, and theirs; at most `MOST`."""
    found: list[ProcessInstance] = []
    parents = [instance_id]
    while parents and len(found) < MOST:
        query = select(ProcessInstance).where(
            ProcessInstance.parent_id.in_(parents), ProcessInstance.ended_at.is_(None)
        )
        children = session.scalars(query.order_by(ProcessInstance.id).limit(MOST - len(found))).all()
        found += children
        parents = [child.id for child in children]
    return found
