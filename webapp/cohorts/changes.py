"""What those who lead a group may set going from its board: more sessions, a hearing, and the end of their own part."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Conflict, Invalid, Refused
from engine.transaction import transaction
from webapp.auth import current, current_day, engine, settings, signed_in
from webapp.cohorts.board import cohort_of
from webapp.house import association_of
from webapp.limits import limited
from webapp.words import _, language
from workflows.association import office_mandates, people, roles
from workflows.association.cohorts import elections, extra, hearings
from workflows.association.cohorts.dropped_leads import ROLES
from workflows.association.cohorts.elections import ElectionRefused
from workflows.association.cohorts.hearings import BreachRefused

blueprint = Blueprint("cohort_changes", __name__, url_prefix="/cohorts/<key>")
MOST = 9  # what may be asked for at once; the rule says how many are given


class ExtraRefused(Invalid):
    """Further sessions are asked for by their number, from 1 to {most}."""

    code: ClassVar[str] = "extra_refused"


class GroupNotRunning(Conflict):
    """This group does not meet now: nothing can be changed in it."""

    code: ClassVar[str] = "group_not_running"


@blueprint.post("/more")
@signed_in
@limited("20 per hour")
def more(key: str) -> ResponseReturnValue:
    """The group wants further sessions: its case asks whoever decides."""
    try:
        number = int(request.form.get("number", ""))
    except ValueError:
        raise ExtraRefused(most=MOST) from None
    if not 1 <= number <= MOST:
        raise ExtraRefused(most=MOST)
    with transaction(engine()) as writer:
        cohort = cohort_of(writer, key)
        if cohort.state != "RUNNING":
            raise GroupNotRunning
        extra.ask(writer, engine(), key, number, current().actor)
    flash(_("The careers office is asked, and you will hear by mail."), "success")
    return redirect(url_for("cohorts.board", key=key), 303)


@blueprint.post("/breach")
@signed_in
@limited("20 per hour")
def breach(key: str) -> ResponseReturnValue:
    """Somebody is said to have broken the charter: a hearing begins, which whoever reports does not hold."""
    try:
        seat_id = UUID(request.form.get("seat", ""))
    except ValueError:
        raise BreachRefused from None
    with transaction(engine()) as writer:
        cohort = cohort_of(writer, key)
        hearings.report(writer, engine(), cohort, seat_id, request.form.get("rule", ""), current().actor)
    flash(_("The person is invited to a hearing. Somebody else decides."), "success")
    return redirect(url_for("cohorts.board", key=key), 303)


@blueprint.post("/elect")
@signed_in
@limited("60 per hour")
def elect(key: str) -> ResponseReturnValue:
    """Notes whom the group elected to a role, or that nobody holds it; who is to be told is shown first."""
    role, seat_id, seen = request.form.get("role", ""), _seat("seat"), _seat("seen")
    with transaction(engine()) as writer:
        cohort = cohort_of(writer, key)
        if cohort.state != "RUNNING":
            raise GroupNotRunning
        if seat_id is not None and request.form.get("sure") != "yes":
            told = elections.electorate(writer, cohort, role, seat_id)
            return render_template(
                "cohorts/elect.html", cohort=cohort, role=role, role_words=elections.ROLES[role][language() == "en"],
                name=people.display_name(writer, told[seat_id].person_id), seat_id=seat_id, seen=seen, told=len(told),
            )  # fmt: skip
        house = association_of(settings(), engine().clock)
        changed = elections.elect(writer, engine(), house, cohort, role, seat_id, seen=seen)
    flash(_("Noted, and the group is told.") if changed and seat_id else _("Noted."), "success")
    return redirect(url_for("cohorts.board", key=key), 303)


def _seat(name: str) -> UUID | None:
    """A seat of the form, None for nobody. Raises ElectionRefused."""
    chosen = request.form.get(name, "")
    try:
        return UUID(chosen) if chosen else None
    except ValueError:
        raise ElectionRefused from None


@blueprint.post("/stop")
@signed_in
@limited("20 per hour")
def stop(key: str) -> ResponseReturnValue:
    """Whoever leads the group stops: the mandate ends with today, and somebody else is looked for."""
    today = current_day()
    with transaction(engine()) as writer:
        cohort_of(writer, key)
        held = [each for each in roles.holdings(writer, current().person_id, today) if each.scope == key]
        mine = [each for each in held if each.role in ROLES and each.stands_for is None]
        if not mine or request.form.get("sure") != "yes":
            raise Refused(action="change", kind="mandate")
        for each in mine:
            last = max(today - timedelta(days=1), each.from_date - timedelta(days=1))
            office_mandates.finish(writer, engine(), each, last_day=last, reason="RESIGNED", by=current().actor)
    flash(_("Thank you for what you gave to the group. It is told, and somebody else is looked for."), "success")
    return redirect(url_for("mandates.mine"), 303)
