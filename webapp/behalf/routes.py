"""Staff answer a task of whom a case is about, on that person's behalf: somebody phoned, wrote or came by."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import is_barred
from engine.errors import Conflict, FourEyes, Invalid, NotFound
from engine.models import UserTask
from engine.transaction import reading, transaction
from webapp import authorize, task_work
from webapp.auth import engine, settings, staff
from webapp.authorize import OnlyInPerson
from webapp.behalf import evidence
from webapp.behalf.answerable import answerable
from webapp.behalf.evidence import NOTHING, Evidence
from webapp.behalf.personal import reason, reason_of_answer, reason_without_question
from webapp.behalf.words import channels
from webapp.inbox.page import ConflictWords, words_of
from webapp.operations.diagrams import element_name
from webapp.operations.drawing import SUBJECT_ROLES
from webapp.task_work import FormReplaced, Work
from webapp.unsent.expired import ask_again, typed_before
from webapp.viewer import viewer
from webapp.words import _, language

blueprint = Blueprint("behalf", __name__, template_folder="templates")


@blueprint.get("/tasks/<uuid:task_id>/behalf")
@staff
def ask(task_id: UUID) -> ResponseReturnValue:
    """The questions of the task, and how the answer reached us."""
    with reading(engine()) as reader:
        task = _found(reader, task_id)
        if task.state != "created":
            return redirect(url_for("operations.case", instance_id=task.instance_id), 303)
        work = task_work.open_work(reader, engine(), viewer(), task, language(), submitted=typed_before())
        _check_question(work)
        return _page(reader, work, NOTHING)


@blueprint.post("/tasks/<uuid:task_id>/behalf")
@staff
def answer(task_id: UUID) -> ResponseReturnValue:
    """Answers it in the person's name, under one's own, with channel and evidence on record."""
    said, directory = evidence.sent(), settings().files_directory
    assert directory is not None
    refused: Invalid | None = None
    try:
        with transaction(engine()) as writer:
            task = _found(writer, task_id)
            work = task_work.open_work(
                writer, engine(), viewer(), task, language(), submitted=request.form, uploads=task_work.uploads()
            )
            if task.state == "created":
                _check_question(work)
                typed = task_work.as_typed(writer, engine(), viewer(), work, language(), request.form)
                if typed is not work:
                    ask_again(writer)
                    again = task_work.told_apart(work, typed)
                    return _page(writer, again, said, words_of(writer, FormReplaced())), 409
                valid = work.bound is None or work.bound.validate()
                if reason_of_answer(work) or said.wrong or not valid:
                    return _page(writer, work, said), 422
                _take(writer, task, said)
            task_work.complete(writer, engine(), viewer(), work, directory, request.form.get("request_key", ""))
    except Conflict as conflict:
        with reading(engine()) as reader:
            return _page(reader, work, said, words_of(reader, conflict)), 409
    except Invalid as error:
        refused = error
    if refused is not None:
        task_work.refuse(work, refused)
        with reading(engine()) as reader:
            return _page(reader, work, said), 422
    flash(_("It is answered. The case says by whom, for whom and how it reached you."), "success")
    return redirect(url_for("operations.case", instance_id=task.instance_id), 303)


def _take(writer: Session, task: UserTask, said: Evidence) -> None:
    """The task is the viewer's to answer from here on: so four eyes hold for him too, by each of his names. Raises
    FourEyes."""
    actor = viewer().actor
    if is_barred(actor, task):
        raise FourEyes(name=task.name)
    commands.delegate(writer, engine(), task.id, by=actor, to=actor.id, steering=True)
    writer.refresh(task)
    said.put_on_record(writer, engine(), task.instance_id, task.element, task.id)


def _found(session: Session, task_id: UUID) -> UserTask:
    """A task that the viewer may answer for somebody, or has so answered. Raises NotFound, OnlyInPerson."""
    task = authorize.task(session, viewer(), "read", task_id)
    authorize.case(session, viewer(), "comment", task.instance_id)
    his = task.state != "created" and task.closed_by == viewer().actor.id and task.role in SUBJECT_ROLES
    if not his and not answerable(viewer(), task):
        raise NotFound(kind="task", id=str(task_id))
    if why := reason(task):
        raise OnlyInPerson(reason=why)
    return task


def _check_question(work: Work) -> None:
    """Raises OnlyInPerson where the form has not the question that only the person may answer."""
    if why := reason_without_question(work):
        raise OnlyInPerson(reason=why)


def _page(session: Session, work: Work, said: Evidence, conflict: ConflictWords | None = None) -> str:
    return render_template(
        "behalf/answer.html",
        title=element_name(session, engine(), work.task.definition_id, work.task.element, language()),
        work=work,
        said=said,
        channels=channels(),
        conflict=conflict,
        request_key=request.form.get("request_key") or task_work.new_key(),
    )
