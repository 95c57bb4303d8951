"""Starting a case by hand: the page of processes one may start, and their forms; public ones need no sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from sqlalchemy.orm import Session

import workflows
from engine import commands
from engine.assignment import Actor
from engine.errors import Invalid, NotFound
from engine.feel.values import Value
from engine.transaction import reading, transaction
from forms import BoundForm
from forms.submission import Texts, Uploads
from webapp import answers, deployed_forms, task_work
from webapp.auth import SignInNeeded, engine, public, settings, visitor
from webapp.behalf import evidence
from webapp.behalf.evidence import NOTHING, Evidence
from webapp.behalf.store import of_case
from webapp.behalf.words import channels
from webapp.catalogues import LANGUAGES
from webapp.errors import in_words
from webapp.files.scanning import scanner
from webapp.files.store import StoredFile
from webapp.limits import limited
from webapp.start.startable import Startable, known_of, startable, startables
from webapp.unsent.expired import say_lost, typed_before
from webapp.unsent.files import uploads
from webapp.viewer import find_viewer
from webapp.words import _, language

blueprint = Blueprint("start", __name__, template_folder="templates")
TRAP = "website"
SPOKEN = "applicant.lang"  # the record that tells in which language we write: that of the page, until it is changed
VISITOR = Actor("visitor", "")


@blueprint.get("/start")
@public
def listing() -> ResponseReturnValue:
    """The processes that the viewer may start."""
    return render_template("start/list.html", startables=startables(visitor(), language()))


@blueprint.get("/join")
@public
def join() -> ResponseReturnValue:
    """The short address for letters and posters: the one public form, or the page of all of them."""
    entries = [entry for entry in workflows.catalogue() if entry.public]
    if len(entries) == 1:
        return redirect(url_for("start.form", process_id=entries[0].process_id), 303)
    return redirect(url_for("start.listing"), 303)


@blueprint.get("/start/<process_id>")
@public
def form(process_id: str) -> ResponseReturnValue:
    """The start form."""
    with reading(engine()) as reader:
        found = found_of(reader, process_id)
        return page(found, bound_of(reader, found, typed_before()))


@blueprint.post("/start/<process_id>")
@public
@limited("30 per hour")
def begin(process_id: str) -> ResponseReturnValue:
    """Starts the case. A machine that fills the trap is thanked and forgotten. With a language in its address, asks in
    it what was asked."""
    if request.args.get("language") in LANGUAGES:
        return _in_language(process_id, request.args["language"])
    person, directory = visitor(), settings().files_directory
    assert directory is not None
    if request.form.get(TRAP):
        return redirect(url_for("start.sent", process_id=process_id), 303)
    refused: Invalid | None = None
    said = evidence.sent(needed=False) if person is not None and person.staff else NOTHING
    try:
        with transaction(engine()) as writer:
            found = found_of(writer, process_id)
            bound = bound_of(writer, found, request.form, task_work.uploads())
            valid = bound is None or bound.validate()
            if said.wrong or not valid:
                return page(found, bound, said), 422 if said.wrong or (bound is not None and bound.failed) else 200
            given, stored = answers.Answers(bound, directory), list[StoredFile]()
            known = known_of(person, process_id)
            started = commands.start(
                writer,
                engine(),
                process_id,
                known,
                by=VISITOR if person is None else person.actor,
                request_key=task_work.key_of(request.form.get("request_key", "")),
                write=lambda session, context: given.begin(session, context, known, stored),
            )
            writer.add_all(stored)
            if said.channel and not of_case(writer, started.instance_id):  # a repeated request says it once
                said.put_on_record(writer, engine(), started.instance_id, None, None)
    except Invalid as error:
        refused = error
    if refused is not None:
        if bound is None:
            raise refused
        answers.refuse(bound, refused, in_words(refused))
        return page(found, bound, said), 422
    return answered(process_id, started.instance_id, started.next_tasks)


def _in_language(process_id: str, chosen: str) -> str:
    """The form as it was typed, in the other language. Nothing of it is kept: of whom it is nobody knows yet."""
    session["lang"] = chosen
    refresh()
    with reading(engine()) as reader:
        found = found_of(reader, process_id)
        say_lost(each.filename or "" for _field, each in uploads(request.files.items(multi=True)))
        return page(found, bound_of(reader, found, request.form))


@blueprint.get("/start/<process_id>/sent")
@public
def sent(process_id: str) -> ResponseReturnValue:
    """What comes next for a visitor: a mail with a link."""
    entry = next((each for each in workflows.catalogue() if each.process_id == process_id and each.public), None)
    if entry is None:
        raise NotFound(kind="process", id=process_id)
    return render_template("start/sent.html", title=entry.title(language()))


def answered(process_id: str, instance_id: UUID, next_tasks: tuple[UUID, ...]) -> ResponseReturnValue:
    """Where a start leads: visitors to their mail, staff to the task or the case, members to their steps."""
    person = visitor()
    if person is None:
        return redirect(url_for("start.sent", process_id=process_id), 303)
    flash(_("It is started."), "success")
    if not person.staff:
        return redirect(url_for("journey.page", instance_id=instance_id), 303)
    if next_tasks:
        return redirect(url_for("inbox.task", task_id=next_tasks[0]), 303)
    return redirect(url_for("operations.case", instance_id=instance_id), 303)


def found_of(session: Session, process_id: str) -> Startable:
    """The process, if the viewer may start it. Raises NotFound; for visitors SignInNeeded: a session may have ended at
    the form."""
    try:
        return startable(session, engine(), visitor(), process_id, language())
    except NotFound as error:
        if visitor() is None and workflows.entry(process_id) is not None:
            raise SignInNeeded from error
        raise


def bound_of(
    session: Session, found: Startable, submitted: Texts | None = None, files: Uploads | None = None
) -> BoundForm | None:
    """The start form, with what was sent."""
    if found.form is None:
        return None
    viewer = find_viewer()
    by = VISITOR.id if viewer is None else viewer.actor.id
    known = cast("Mapping[str, Value]", known_of(visitor(), found.process_id))
    asked = deployed_forms.Answering(engine(), language(), known, engine().clock.now(), by)
    if submitted is None:
        return deployed_forms.bind(session, found.form, asked, known={SPOKEN: language()})
    return deployed_forms.bind(session, found.form, asked, submitted=submitted, files=files, scan=scanner())


def page(found: Startable, bound: BoundForm | None, said: Evidence = NOTHING) -> str:
    """The page of a start form; staff may say on whose behalf they start."""
    person = visitor()
    return render_template(
        "start/form.html",
        entry=found,
        work=task_work.Drawn(bound),
        trap=TRAP,
        said=said,
        channels=channels() if person is not None and person.staff else {},
        request_key=request.form.get("request_key") or task_work.new_key(),
    )
