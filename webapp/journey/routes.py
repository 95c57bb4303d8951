"""The pages of whoever a case is about: his steps, and his own tasks. By a signed link or a signed-in session."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm import Session

from engine.errors import AmicaleError, CaseClosed, CaseSuspended, Invalid, TaskClosed, TaskTaken
from engine.transaction import reading, transaction
from webapp import task_work
from webapp.auth import SignInNeeded, engine, public, settings
from webapp.drafts import store as drafts
from webapp.drafts.changes import asked as questions
from webapp.errors import STALE_FORM, answer, on_amicale_error, wants_json
from webapp.inbox.expired import adopt, files_before, hold_typed
from webapp.inbox.page import words_of
from webapp.journey.listing import mine_of
from webapp.journey.page import journey_of, own_case, own_task, task_view
from webapp.limits import limited
from webapp.process_titles import process_title
from webapp.task_work import FormReplaced, Work
from webapp.unsent.expired import ask_again
from webapp.viewer import viewer
from webapp.words import _, language

blueprint = Blueprint("journey", __name__, template_folder="templates")
CONFLICTS = (TaskClosed, TaskTaken, CaseClosed, CaseSuspended)


@blueprint.after_request
def tell_nobody(response: Response) -> Response:
    """Whoever came by a link has its case in the address: other sites do not learn it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/journeys")
@public
def mine() -> ResponseReturnValue:
    """The journeys of the viewer; the only one opens at once while it runs."""
    with reading(engine()) as reader:
        found = mine_of(reader, viewer(), language())
    links = [each for part in found.values() for each in part]
    if len(links) == 1 and not links[0].ended:
        return redirect(url_for("journey.page", instance_id=links[0].id), 303)
    return render_template("journey/mine.html", parts=found)


@blueprint.get("/journeys/<uuid:instance_id>")
@public
def page(instance_id: UUID) -> ResponseReturnValue:
    """The steps of one case."""
    with reading(engine()) as reader:
        case = own_case(reader, viewer(), instance_id)
        shown = journey_of(reader, engine(), viewer(), case, language())
        return render_template("journey/page.html", **shown)


@blueprint.get("/journeys/<uuid:instance_id>/tasks/<uuid:task_id>")
@public
def task(instance_id: UUID, task_id: UUID) -> ResponseReturnValue:
    """One of the viewer's own tasks. What was typed before a session ended becomes the draft of whoever came back."""
    if "held" in request.args:
        with transaction(engine()) as writer:
            own_task(writer, viewer(), instance_id, task_id)
            adopt(writer, engine(), viewer(), task_id, request.args["held"])
        return redirect(url_for("journey.task", instance_id=instance_id, task_id=task_id, **files_before()), 303)
    with reading(engine()) as reader:
        found = own_task(reader, viewer(), instance_id, task_id)
        work = task_work.open_work(reader, engine(), viewer(), found, language())
        return shown(reader, work)


@blueprint.post("/journeys/<uuid:instance_id>/tasks/<uuid:task_id>/draft")
@public
@limited("120 per minute")
def draft(instance_id: UUID, task_id: UUID) -> ResponseReturnValue:
    """Keeps what was typed, valid or not."""
    with transaction(engine()) as writer:
        found = own_task(writer, viewer(), instance_id, task_id)
        work = task_work.open_work(writer, engine(), viewer(), found, language(), submitted=request.form)
        if found.state != "created":
            return shown(writer, work, task_work.closed(found)), 409
        work = task_work.as_typed(writer, engine(), viewer(), work, language(), request.form)
        if work.bound is not None:
            now, shown_now = engine().clock.now(), questions(work.bound)
            drafts.save(writer, task_id, viewer().actor.id, work.bound.draft(), now, shown_now)
    if wants_json():
        return "", 204
    flash(_("What you typed is saved. You can come back at any time."), "info")
    return redirect(url_for("journey.page", instance_id=instance_id), 303)


@blueprint.post("/journeys/<uuid:instance_id>/tasks/<uuid:task_id>")
@public
@limited("60 per minute")
def complete(instance_id: UUID, task_id: UUID) -> ResponseReturnValue:
    """Completes the task and goes on to the next own one, else back to the steps."""
    directory = settings().files_directory
    assert directory is not None
    refused: Invalid | None = None
    try:
        with transaction(engine()) as writer:
            found = own_task(writer, viewer(), instance_id, task_id)
            work = task_work.open_work(
                writer,
                engine(),
                viewer(),
                found,
                language(),
                submitted=request.form,
                uploads=task_work.uploads(),
            )
            if (typed := task_work.as_typed(writer, engine(), viewer(), work, language(), request.form)) is not work:
                return _replaced(writer, typed), 409
            if found.state == "created" and work.bound is not None and not work.bound.validate():
                return shown(writer, work), 422 if work.bound.failed else 200
            key = request.form.get("request_key", "")
            done = task_work.complete(writer, engine(), viewer(), work, directory, key)
    except CONFLICTS as conflict:
        with reading(engine()) as reader:
            again = replace(work, task=own_task(reader, viewer(), instance_id, task_id))
            return shown(reader, again, conflict), 409
    except Invalid as error:
        refused = error
    if refused is not None:
        task_work.refuse(work, refused)
        with reading(engine()) as reader:
            return shown(reader, work), 422
    if done.next_tasks:
        return redirect(url_for("journey.task", instance_id=instance_id, task_id=done.next_tasks[0]), 303)
    flash(_("Thank you, this step is done."), "success")
    return redirect(url_for("journey.page", instance_id=instance_id), 303)


@blueprint.errorhandler(SignInNeeded)
def keep_typed(error: SignInNeeded) -> ResponseReturnValue:
    """The session ended in the middle of a form: what was typed waits until its writer is back."""
    return hold_typed() or on_amicale_error(error)


@blueprint.errorhandler(CSRFError)
def keep_typed_of_old_form(error: CSRFError) -> ResponseReturnValue:
    """The same where the whole session cookie is gone."""
    return hold_typed() or answer(400, detail=str(STALE_FORM), code="csrf")


def _replaced(writer: Session, typed: Work) -> str:
    """The page of a task whose form was replaced while it was open, with what was typed and what changed."""
    task_work.keep(writer, engine(), viewer(), typed)
    ask_again(writer)
    again = task_work.open_work(writer, engine(), viewer(), typed.task, language())
    return shown(writer, again, FormReplaced())


def shown(session: Session, work: Work, conflict: AmicaleError | None = None) -> str:
    """The page of an own task: the form, or how it ended and what was typed."""
    spoken = language()
    return render_template(
        "journey/task.html",
        task=task_view(session, engine(), viewer(), work.task, spoken),
        work=work,
        caption=process_title(session, work.case, spoken),
        conflict=None if conflict is None else words_of(session, conflict),
        request_key=request.form.get("request_key") or task_work.new_key(),
    )
