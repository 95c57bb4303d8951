"""One line of the account that nobody knows: the orders it may be about, and what a person says that it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid
from engine.transaction import reading, transaction
from webapp.auth import current, engine
from webapp.errors import in_words
from webapp.finance.desks import Desk, back
from webapp.finance.wording import booked, told
from webapp.words import _, language
from workflows.association.bank import intake, line_tasks, order_search, reasons, telling
from workflows.association.bank.accounts import UNMATCHED

__all__ = ["ROUTES"]


def line(desk: Desk, line_id: UUID) -> str:
    """The line, and the orders that are meant by it or by what is asked. Raises NotFound, LineDecided."""
    asked = request.args.get("q", "")[: order_search.LONGEST]
    with reading(engine()) as reader:
        found = intake.open_line(reader, line_id, desk.entity)
        return render_template(
            "finance/line.html",
            entity=desk.entity,
            line=found,
            asked=asked,
            orders=order_search.found(reader, desk.entity, found, asked),
            reason_of=partial(reasons.words, lang=language()),
            task_id=line_tasks.task_of(reader, line_id),
        )


def assign(desk: Desk, line_id: UUID) -> ResponseReturnValue:
    """Books a line for the order that a person chose."""
    key = request.form.get("order_key", "")
    try:
        with transaction(engine()) as writer:
            done = intake.assign(writer, engine(), line_id, key, entity=desk.entity, by=current().actor)
            line_tasks.decided(writer, engine(), done, by=current().actor)
            flash(booked(writer, done, key), "success")
    except Invalid as error:
        return _again(desk, line_id, error)
    return back(desk)


def tell(desk: Desk, line_id: UUID) -> ResponseReturnValue:
    """Books a line that took money by what a person says it was."""
    kind, key = request.form.get("kind", ""), request.form.get("order_key", "")
    if kind not in telling.KINDS:
        abort(400)
    try:
        with transaction(engine()) as writer:
            done = telling.tell(writer, engine(), line_id, kind, key, entity=desk.entity, by=current().actor)
            line_tasks.decided(writer, engine(), done, by=current().actor)
            flash(told(done, kind, key), "success")
    except Invalid as error:
        return _again(desk, line_id, error)
    return back(desk)


def set_aside(desk: Desk, line_id: UUID) -> ResponseReturnValue:
    """The line pays nothing of ours, for a reason that is written down."""
    by, reason = current().actor, request.form.get("reason", "")
    try:
        with transaction(engine()) as writer:
            done = intake.set_aside(writer, engine(), line_id, reason, entity=desk.entity, by=by)
            line_tasks.decided(writer, engine(), done, by=by)
    except Invalid as error:
        return _again(desk, line_id, error)
    flash(_("The line is set aside."), "info")
    return back(desk)


def take_up(desk: Desk, line_id: UUID) -> ResponseReturnValue:
    """A line that was set aside waits again: what was still to be done about it is called off, and it is asked anew."""
    with transaction(engine()) as writer:
        found = intake.take_up(writer, line_id, entity=desk.entity)
        line_tasks.decided(writer, engine(), found, by=current().actor)
        if found.state == UNMATCHED:
            line_tasks.ask(writer, engine(), found, by=current().actor)
    flash(_("The line waits again."), "info")
    return back(desk)


def _again(desk: Desk, line_id: UUID, error: Invalid) -> ResponseReturnValue:
    """What was refused is said on the line's page: nothing was booked."""
    flash(in_words(error), "error")
    return redirect(url_for(f"{desk.name}.line", line_id=line_id), 303)


ROUTES: Final[Sequence[tuple[str, str, Callable[..., ResponseReturnValue]]]] = (
    ("GET", "/bank/lines/<uuid:line_id>", line),
    ("POST", "/bank/lines/<uuid:line_id>/assign", assign),
    ("POST", "/bank/lines/<uuid:line_id>/tell", tell),
    ("POST", "/bank/lines/<uuid:line_id>/set-aside", set_aside),
    ("POST", "/bank/lines/<uuid:line_id>/take-up", take_up),
)
