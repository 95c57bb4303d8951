"""The pages of a stack: choose, look at what would be done, do it; each task by itself, with what became of it said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.transaction import reading
from webapp import authorize, task_work
from webapp.auth import engine, staff
from webapp.errors import in_words
from webapp.inbox import stack
from webapp.inbox.alike import MOST, alike
from webapp.inbox.listing import asked, query_of
from webapp.inbox.page import show_list
from webapp.inbox.selected import back_to_choose
from webapp.inbox.undoing import just_done
from webapp.unsent.expired import held_before, typed_before
from webapp.viewer import viewer
from webapp.words import _, ngettext

blueprint = Blueprint("stacks", __name__, template_folder="templates", url_prefix="/tasks/stack")
OWN = frozenset({"csrf_token", "step", "card", "task", "key"})  # of our page, not of the form


@blueprint.get("/<uuid:task_id>")
@staff
def like(task_id: UUID) -> str:
    """The stack of everything that asks the same as this task, and that the viewer has or may take."""
    with reading(engine()) as reader:
        task = authorize.task(reader, viewer(), "work", task_id)
        ids = reader.scalars(alike(task, viewer())).all()
        found = stack.tasks_of(reader, ids)
        return _page(stack.stack_of(reader, found, frozenset(ids), None))


@blueprint.get("/")
@staff
def chosen() -> ResponseReturnValue:
    """The stack whose form was sent when the session had ended, with what of it is still open; else the list, where a
    stack is selected."""
    ids = _ids("card", held_before("card"))
    if not ids:
        return back_to_choose()
    with reading(engine()) as reader:
        try:
            found = stack.tasks_of(reader, ids)
        except NotFound:
            flash(_("The tasks of this stack are done, or somebody else has them now."), "info")
            return redirect(url_for("inbox.listing", **_query()), 303)
        return _page(stack.stack_of(reader, found, frozenset(_ids("task", held_before("task"))), typed_before()))


@blueprint.post("/")
@staff
def answer() -> ResponseReturnValue:
    """What is selected as a stack; with an answer first what it would do, then it is done.

    Where the selected tasks ask different things the list says so, and they stay selected.
    """
    ids, ticked, step = _ids("card") or _ids("task"), frozenset(_ids("task")), request.form.get("step", "")
    if step == "do":
        return _do([each for each in ids if each in ticked])
    try:
        return _answered(ids, ticked, step)
    except stack.NotAlike as unlike:
        flash(in_words(unlike), "warning")
        return show_list(ticked), 422


def _answered(ids: Sequence[UUID], ticked: frozenset[UUID], step: str) -> ResponseReturnValue:
    """The stack with the answer so far; after `look` what it would do, or what is wrong with it."""
    with reading(engine()) as reader:
        found = stack.tasks_of(reader, ids)
        shown = stack.stack_of(reader, found, ticked, request.form if step else None, look=step == "look")
        if step != "look":
            return _page(shown)
        if shown.asks_more or not shown.ready:
            return _page(shown, wrong=True), 422
        sent = [(name, text) for name in request.form for text in request.form.getlist(name) if name not in OWN]
        return render_template("inbox/stack_look.html", stack=shown, sent=sent, key=task_work.new_key(), query=_query())


def _do(ids: Sequence[UUID]) -> ResponseReturnValue:
    """Completes the ticked tasks; those that were refused stand on the page again, with the reason."""
    with reading(engine()) as reader:
        named = stack.names_of(reader, ids)
    key = task_work.key_of(request.form.get("key", "")) or task_work.new_key()
    results = {task_id: stack.complete(task_id, request.form, key) for task_id in ids}
    done = [task_id for task_id, result in results.items() if not result.refused]
    just_done(task_id for task_id, result in results.items() if result.way_back)
    for task_id, result in results.items():
        if result.refused:
            subject = named.get(task_id) or _("A task that is no longer there")
            flash(_("%(task)s: %(reason)s", task=subject, reason=result.refused), "warning")
    if done:
        flash(ngettext("%(num)d task is completed.", "%(num)d tasks are completed.", len(done)), "success")
    return redirect(url_for("inbox.listing", **_query()), 303)


def _page(shown: stack.Stack, *, wrong: bool = False) -> str:
    return render_template("inbox/stack.html", stack=shown, wrong=wrong, query=_query())


def _query() -> dict[str, Any]:
    tab, filters, _after = asked(request.args)
    return query_of(tab, filters)


def _ids(name: str, held: Sequence[str] = ()) -> list[UUID]:
    """The tasks under this name, each once. Raises NotFound for what no page of ours wrote."""
    try:
        return list(dict.fromkeys(UUID(text) for text in held or request.form.getlist(name)))[:MOST]
    except ValueError as error:
        raise NotFound(kind="task", id="") from error
