"""The pages of the inbox. Every act is a POST that answers with a redirect; the address always says what is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from engine import commands
from engine.errors import AmicaleError, CaseClosed, CaseSuspended, Invalid, TaskClosed, TaskTaken
from engine.transaction import reading, transaction
from webapp import authorize, task_work
from webapp.auth import SignInNeeded, engine, settings, signed_in
from webapp.dates import read_moment
from webapp.errors import STALE_FORM, answer, on_amicale_error, wants_json
from webapp.inbox.expired import adopt, files_before, hold_typed
from webapp.inbox.listing import asked, query_of
from webapp.inbox.news import news
from webapp.inbox.page import Stood, following, show, show_list
from webapp.inbox.undoing import just_done
from webapp.operations.diagrams import element_name
from webapp.task_work import FormReplaced, Work
from webapp.unsent.expired import ask_again
from webapp.viewer import viewer
from webapp.words import _, language

blueprint = Blueprint("inbox", __name__, template_folder="templates")
TURN = "X-Turn"  # sent by parts/turning.js
CONFLICTS = (TaskClosed, TaskTaken, CaseClosed, CaseSuspended, FormReplaced)


@blueprint.get("/tasks")
@signed_in
def listing() -> ResponseReturnValue:
    """The list alone."""
    return show_list()


@blueprint.get("/tasks/pulse")
@signed_in
def pulse() -> ResponseReturnValue:
    """How many tasks came since the page was made, in words; 304 where nothing changed."""
    tab, _filters, _after = asked(request.args)
    try:
        seen = read_moment(request.args.get("seen", ""))
    except ValueError:
        return answer(400)
    with reading(engine()) as reader:
        found = news(reader, viewer(), tab, seen)
    response = make_response(jsonify(words=found.words))
    response.set_etag(found.tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@blueprint.get("/tasks/<uuid:task_id>")
@signed_in
def task(task_id: UUID) -> ResponseReturnValue:
    """The task beside the list. What was typed before a session ended becomes the draft of whoever signed in."""
    if "held" not in request.args:
        return show(task_id)
    with transaction(engine()) as writer:
        authorize.task(writer, viewer(), "work", task_id)
        adopt(writer, engine(), viewer(), task_id, request.args["held"])
    return redirect(url_for("inbox.task", task_id=task_id, **asked_query(), **files_before()), 303)


@blueprint.post("/tasks/<uuid:task_id>/claim")
@signed_in
def claim(task_id: UUID) -> ResponseReturnValue:
    """Takes the task; says who was faster where somebody was."""
    with reading(engine()) as reader:
        found = authorize.task(reader, viewer(), "read", task_id)
        actor = viewer().acting_on(found)
    try:
        with transaction(engine()) as writer:
            commands.claim(writer, engine(), task_id, by=actor)
    except CONFLICTS as conflict:
        return show(task_id, conflict=conflict), 409
    return redirect(url_for("inbox.task", task_id=task_id, **asked_query() | {"tab": "mine"}), 303)


@blueprint.post("/tasks/<uuid:task_id>/release")
@signed_in
def release(task_id: UUID) -> ResponseReturnValue:
    """Gives the task back to its queue."""
    with reading(engine()) as reader:
        actor = viewer().acting_on(authorize.task(reader, viewer(), "read", task_id))
    try:
        with transaction(engine()) as writer:
            commands.release(writer, engine(), task_id, by=actor)
    except CONFLICTS as conflict:
        return show(task_id, conflict=conflict), 409
    flash(_("The task is back in the queue."), "info")
    return redirect(url_for("inbox.listing", **asked_query()), 303)


@blueprint.post("/tasks/<uuid:task_id>/draft")
@signed_in
def draft(task_id: UUID) -> ResponseReturnValue:
    """Keeps what was typed, valid or not."""
    with transaction(engine()) as writer:
        found = authorize.task(writer, viewer(), "read", task_id)
        if found.state == "created":
            authorize.task(writer, viewer(), "work", task_id)
        work = task_work.open_work(writer, engine(), viewer(), found, language(), submitted=request.form)
        if found.state != "created":
            return show(task_id, work=work, conflict=task_work.closed(found)), 409
        work = task_work.as_typed(writer, engine(), viewer(), work, language(), request.form)
        task_work.keep(writer, engine(), viewer(), work)
    if wants_json():
        return "", 204
    flash(_("The draft is saved."), "info")
    return redirect(url_for("inbox.task", task_id=task_id, **asked_query()), 303)


@blueprint.post("/tasks/<uuid:task_id>")
@signed_in
def complete(task_id: UUID) -> ResponseReturnValue:
    """Completes the task and goes on: to the next task of the case, else to the next one of the list."""
    here, who, spoken = engine(), viewer(), language()
    directory = settings().files_directory
    assert directory is not None
    refused: Invalid | None = None
    try:
        with transaction(here) as writer:
            found = authorize.task(writer, who, "read", task_id)
            name = element_name(writer, here, found.definition_id, found.element, spoken)
            stood = Stood.of(found)
            work = task_work.open_work(
                writer, here, who, found, spoken, submitted=request.form, uploads=task_work.uploads()
            )
            typed = task_work.as_typed(writer, here, who, work, spoken, request.form)
            if typed is not work:
                work = typed
                raise FormReplaced
            if found.state == "created" and work.bound is not None and not work.bound.validate():
                return show(task_id, work=work), 422 if work.bound.failed else 200
            key = request.form.get("request_key", "")
            done = task_work.complete(writer, here, who, work, directory, key, undoable=True)
    except CONFLICTS as conflict:
        _keep(work, conflict)
        return show(task_id, work=None if isinstance(conflict, FormReplaced) else work, conflict=conflict), 409
    except Invalid as error:
        refused = error
    if refused is not None:
        task_work.refuse(work, refused)
        return show(task_id, work=work), 422
    target = done.next_tasks[0] if done.next_tasks else following(stood)
    flash(done_words(name, goes_on=target is not None), "success")
    if done.way_back:
        just_done([task_id])
    if target is None:
        return redirect(url_for("inbox.listing", **stood.query), 303)
    return led_to(url_for("inbox.task", task_id=target, **stood.query), target)


def _keep(work: Work, conflict: AmicaleError) -> None:
    """A colleague may have the task by now: what was typed is the writer's draft; files go along with a form anew."""
    with transaction(engine()) as writer:
        if authorize.task(writer, viewer(), "read", work.task.id).state == "created":
            task_work.keep(writer, engine(), viewer(), work)
        if isinstance(conflict, FormReplaced):
            ask_again(writer)


def led_to(address: str, task_id: UUID) -> ResponseReturnValue:
    """On to the next task. A page that turns in place is given it at once, with the address it stands for (RFC 9110,
    section 8.7): it need not ask again."""
    if TURN not in request.headers:
        return redirect(address, 303)
    return show(task_id, fresh=True), 200, {"Content-Location": address}


def done_words(name: str, *, goes_on: bool) -> str:
    """What was just done, by name, and what the page shows now."""
    if goes_on:
        return _("“%(task)s” is completed. The next task is open.", task=name)
    return _("“%(task)s” is completed.", task=name)


@blueprint.errorhandler(SignInNeeded)
def keep_typed(error: SignInNeeded) -> ResponseReturnValue:
    """The session ended in the middle of a form: what was typed waits until its writer has signed in again."""
    return hold_typed() or on_amicale_error(error)


@blueprint.errorhandler(CSRFError)
def keep_typed_of_old_form(error: CSRFError) -> ResponseReturnValue:
    """The same where the whole session cookie is gone."""
    return hold_typed() or answer(400, detail=str(STALE_FORM), code="csrf")


def asked_query() -> dict[str, Any]:
    """The list that this page stands beside, as parameters of an address."""
    tab, filters, _after = asked(request.args)
    return query_of(tab, filters)
