"""A session that ends in the middle of a form: the typed answers are held, and put back after the next sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import transaction
from webapp import auth, deployed_forms
from webapp.authorize import Viewer
from webapp.drafts import store as drafts
from webapp.inbox import held
from webapp.unsent.expired import PARAMETER, hold_files, say_lost
from webapp.viewer import find_viewer
from webapp.words import _

COMPLETES = frozenset({"inbox.complete", "journey.complete"})
ACTS = COMPLETES | {"inbox.draft", "journey.draft"}
HELD = "held"  # in the cookie: where an applicant goes on who comes back by the link of a mail
MOST = 100_000


def hold_typed() -> ResponseReturnValue | None:
    """Holds the answers of this POST and leads to the sign-in page; None where this was no form of a task.

    The answer is the same where there is no such task, or none that is open: nobody learns by it which tasks there are.
    """
    task_id = (request.view_args or {}).get("task_id")
    if request.method != "POST" or request.endpoint not in ACTS or not isinstance(task_id, UUID):
        return None
    with transaction(auth.engine()) as writer:
        typed = _declared(writer, auth.engine(), task_id)
        kept = None if typed is None else held.hold(writer, task_id, typed, auth.engine().clock.now())
        chosen, lost = hold_files(writer) if request.endpoint in COMPLETES else (None, ())
    held_id = uuid4() if kept is None else kept
    along: dict[str, Any] = {} if chosen is None else {PARAMETER: chosen}
    target = url_for(f"{request.blueprint}.task", **(request.view_args or {}), held=held_id, **along)
    say_lost(lost)
    if find_viewer() is not None:
        return redirect(target, 303)
    if request.blueprint == "journey":
        session[HELD] = target
        flash(
            _(
                "Sign in, or open the newest link that we mailed to you, to go on. If this step is still open, what "
                "you typed is in its form again."
            ),
            "info",
        )
    return redirect(url_for("people.sign_in", next=target), 303)


def adopt(writer: Session, engine: Engine, viewer: Viewer, task_id: UUID, held_id: str) -> None:
    """Makes what was held the viewer's draft of this task, once; an address that names nothing changes nothing."""
    try:
        typed = held.take(writer, UUID(held_id), task_id, engine.clock.now())
    except ValueError:
        return
    if typed is not None:
        drafts.save(writer, task_id, viewer.actor.id, typed, engine.clock.now())


def files_before() -> dict[str, Any]:
    """The parameter that leads to the files that were chosen before, for the address of the task's own page."""
    return {PARAMETER: request.args[PARAMETER]} if PARAMETER in request.args else {}


def _declared(reader: Session, engine: Engine, task_id: UUID) -> Mapping[str, list[str]] | None:
    """The texts of the form's own fields that may be kept: no transient ones, no files, nothing endless."""
    task = reader.get(UserTask, task_id)
    found = None if task is None or task.state != "created" else deployed_forms.of_task(reader, engine, task)
    if found is None:
        return None
    asked = deployed_forms.Answering(engine, "fr", {}, engine.clock.now(), "system")
    typed = deployed_forms.bind(reader, found, asked, submitted=request.form).draft()
    return typed if sum(len(text) for texts in typed.values() for text in texts) <= MOST else None
