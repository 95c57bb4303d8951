"""The page on which an administrator lets other systems be told what happens to tasks and cases."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.assignment import ADMIN
from engine.outside import feed, subscriptions
from engine.outside.subscriptions import EVENTS, EventsRefused
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role, settings
from webapp.operations.names import names_of
from webapp.process_titles import processes
from webapp.words import _, language

blueprint = Blueprint("telling", __name__, template_folder="templates", url_prefix="/operations/subscriptions")


def event_words() -> dict[str, str]:
    """Each event in words."""
    return {
        "task.opened": _("a task opens"),
        "task.claimed": _("somebody takes a task"),
        "task.released": _("a task goes back to its queue"),
        "task.assigned": _("a task is given to somebody"),
        "task.completed": _("a task is completed"),
        "task.canceled": _("a task is no longer needed"),
        "case.started": _("a case begins"),
        "case.completed": _("a case comes to its end"),
        "case.canceled": _("a case is ended before its time"),
        "case.suspended": _("a case is suspended"),
        "case.resumed": _("a case goes on"),
        "incident.raised": _("something stands still"),
        "incident.resolved": _("it goes on again"),
    }


@blueprint.get("")
@role(ADMIN)
def page() -> ResponseReturnValue:
    """Who is told of what, and the way to add one."""
    return _shown()


@blueprint.post("")
@role(ADMIN)
def add() -> ResponseReturnValue:
    """Tells a receiver from now on."""
    receiver, process = request.form.get("receiver", ""), request.form.get("process", "")
    with reading(engine()) as reader:
        known = {"", *(key for key, _name in processes(reader, language()))}
    if receiver not in settings().webhook_receivers or process not in known:
        return _shown(wrong=_("Choose who is told, and of which process")), 422
    try:
        with transaction(engine()) as writer:
            subscriptions.subscribe(
                writer, receiver, request.form.getlist("event"), process, by=current().actor.id,
                now=engine().clock.now(),
            )  # fmt: skip
            feed.ensure(writer, engine())
    except EventsRefused:
        return _shown(wrong=_("Choose at least one event")), 422
    flash(_("It is told from now on."), "success")
    return redirect(url_for("telling.page"), 303)


@blueprint.post("/<uuid:subscription_id>/end")
@role(ADMIN)
def end(subscription_id: UUID) -> ResponseReturnValue:
    """Tells nothing more."""
    with transaction(engine()) as writer:
        subscriptions.end(writer, subscription_id, engine().clock.now())
    flash(_("It is told nothing more."), "success")
    return redirect(url_for("telling.page"), 303)


def _shown(*, wrong: str = "") -> str:
    with reading(engine()) as reader:
        titles, words = processes(reader, language()), event_words()
        living = subscriptions.living(reader)
        names = names_of(reader, [each.made_by for each in living])
        rows = [
            {
                "id": each.id, "receiver": each.receiver, "events": [words[name] for name in each.events],
                "process": dict(titles).get(each.process_id, each.process_id), "at": each.made_at,
                "who": names[each.made_by],
            }
            for each in living
        ]  # fmt: skip
        return render_template(
            "operations/telling.html", rows=rows, receivers=sorted(settings().webhook_receivers), processes=titles,
            events=[(name, words[name]) for name in EVENTS], wrong=wrong, typed=request.form,
        )  # fmt: skip
