"""Starting a case about an event by its process's own start form: registering, calling off, asking money back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from flask import render_template, request
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.definitions import latest
from engine.engine import Engine
from engine.errors import Invalid, NotFound
from engine.feel import StaticText
from engine.feel.values import Value
from engine.starting import StartContext
from engine.transaction import reading, transaction
from forms.bind import BoundForm
from webapp import answers, deployed_forms, task_work
from webapp.auth import current, engine, settings, visitor
from webapp.deployed_forms import DeployedForm
from webapp.errors import in_words
from webapp.files.scanning import scanner
from webapp.files.store import StoredFile
from webapp.start.routes import TRAP, VISITOR
from webapp.start.startable import start_event
from webapp.unsent.expired import typed_before
from webapp.words import language
from workflows.association.events.records import Event
from workflows.association.record_set import record_set

Known = Mapping[str, object]


def form_of(session: Session, running: Engine, process_id: str) -> DeployedForm:
    """The start form of a process as it is deployed now. Raises NotFound."""
    found = latest(session, running, process_id)
    start = start_event(list(found.spec.elements.values()))
    if start.form is None or not isinstance(start.form.form_id, StaticText):
        raise NotFound(kind="start form", id=process_id)
    return deployed_forms.deployed(session, running, start.form.form_id.text, start.form.binding, found.deployment_id)


def bound(session: Session, process_id: str, known: Known, *, submitted: bool = False) -> BoundForm:
    """The form with what is known of the event, and what was sent."""
    found = form_of(session, engine(), process_id)
    given = cast("Mapping[str, Value]", known)
    asked = deployed_forms.Answering(engine(), language(), given, engine().clock.now(), _by().id)
    if not submitted:
        return deployed_forms.bind(session, found, asked, submitted=typed_before())
    return deployed_forms.bind(session, found, asked, submitted=request.form, files=task_work.uploads(), scan=scanner())


def _by() -> Actor:
    person = visitor()
    return VISITOR if person is None else person.actor


def shown(event: Event, form: BoundForm, *, title: str, action: str, send: str) -> str:
    """The page of such a form."""
    return render_template(
        "events/form.html", event=event, title=title, action=action, send=send, work=task_work.Drawn(form),
        request_key=request.form.get("request_key") or task_work.new_key(), trap=TRAP if visitor() is None else "",
    )  # fmt: skip


def page(event: Event, process_id: str, known: Known, **words: str) -> str:
    """The empty form."""
    with reading(engine()) as reader:
        return shown(event, bound(reader, process_id, known), **words)


def begin(event: Event, process_id: str, known: Known, **words: str) -> UUID | tuple[str, int]:
    """Starts the case and answers its id; else the form with what is wrong. Sent twice it is started once."""
    directory = settings().files_directory
    assert directory is not None
    stored: list[StoredFile] = []
    try:
        with transaction(engine()) as writer:
            form = bound(writer, process_id, known, submitted=True)
            if not form.validate():
                return shown(event, form, **words), 422 if form.failed else 200
            given = answers.Answers(form, directory)
            started = commands.start(
                writer, engine(), process_id, dict(known), by=_by(),
                request_key=task_work.key_of(request.form.get("request_key", "")),
                write=lambda session, context: given.begin(session, context, known, stored),
            )  # fmt: skip
            writer.add_all(stored)
            return started.instance_id
    except Invalid as refused:
        answers.refuse(form, refused, in_words(refused))
        return shown(event, form, **words), 422


def write(session: Session, process_id: str, known: Known, written: Mapping[str, object]) -> UUID:
    """Starts the case of a page that has no form of its process: its records are written in the same transaction; sent
    twice it is started once."""

    def keep(writer: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(writer, known, written, now=context.now, by=context.by.id)

    key = task_work.key_of(request.form.get("request_key", ""))
    return commands.start(
        session, engine(), process_id, dict(known), by=current().actor, request_key=key, write=keep
    ).instance_id
