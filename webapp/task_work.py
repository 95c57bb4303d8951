"""One person at work on one task: the form with what is known, what was typed, and the completion. Inbox and journey
share it, so that both promise the same: nothing typed is lost, a repeated POST gets the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar, Final, cast
from uuid import UUID, uuid4

from flask import current_app, request
from markupsafe import Markup
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from wtforms.form import BaseForm

import forms
from engine import commands
from engine.completion import Completed
from engine.engine import Engine
from engine.errors import Conflict, Invalid, TaskClosed
from engine.feel.values import Value
from engine.models import ProcessInstance, UserTask
from engine.prepared import fetch, loaded
from forms.bind import BoundForm
from forms.submission import Texts, Uploads
from webapp import answers, deployed_forms
from webapp.authorize import Viewer
from webapp.dates import day
from webapp.deployed_forms import DeployedForm
from webapp.drafts import store as drafts
from webapp.drafts.changes import Changes, changes, spoken
from webapp.drafts.changes import asked as questions
from webapp.drafts.estate import draft_of
from webapp.errors import in_words
from webapp.files import store as files
from webapp.files.scanning import scanner
from webapp.operations.variables import variables_in
from webapp.words import _
from workflows.association.case_variables import local_day
from workflows.association.record_set import record_set

LONGEST_KEY = 80
FORM: Final = "-form"  # the input of a page that names the form it shows; no question begins with a hyphen
_CASE: Final = select(*ProcessInstance.__table__.columns).where(ProcessInstance.id == bindparam("case"))


class FormReplaced(Conflict):
    """The form of this task was replaced while you had it open. See what changed, then send it."""

    code: ClassVar[str] = "form_replaced"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A form for a template; without one, a button is all there is."""

    bound: BoundForm | None

    def fields_html(self) -> Markup:
        """The fields of the form, drawn."""
        return Markup() if self.bound is None else forms.render_fields(self.bound, current_app.jinja_env)

    def summary_html(self) -> Markup:
        """The error summary for the head of the page; empty where nothing is wrong."""
        return Markup() if self.bound is None else forms.render_summary(self.bound, current_app.jinja_env)

    @property
    def draws_submit(self) -> bool:
        """Whether the form draws its own submit button."""
        return self.bound is not None and self.bound.definition.has_submit

    @property
    def failed(self) -> bool:
        """Whether something in it is wrong: the page's title says so."""
        return self.bound is not None and self.bound.failed

    def facts(self) -> Sequence[tuple[str, str, str]]:
        """What the form only shows: label, text, and the language of a text whose writer wrote it in another."""
        if self.bound is None:
            return ()
        fields = self.bound.wtform
        return [
            (_label(fields, key), _told(fields, key, texts), fields[key].tongue if key in fields else "")
            for key, texts in self.bound.facts().items()
        ]

    def typed(self) -> Sequence[tuple[str, str]]:
        """What was typed, by the question's words: shown where the task was closed meanwhile."""
        if self.bound is None:
            return ()
        fields = self.bound.wtform
        rows: dict[str, list[str]] = {}
        for key, texts in self.bound.draft().items():
            parted = key.rpartition("-")[0]
            rows.setdefault(parted if key not in fields and parted in fields else key, []).extend(filter(None, texts))
        return [(_label(fields, key), _said(fields, key, texts)) for key, texts in rows.items() if texts]


@dataclass(frozen=True, slots=True)
class Work(Drawn):
    """A task in a person's hands."""

    task: UserTask
    case: ProcessInstance
    variables: Mapping[str, Value]
    draft_at: datetime | None
    changes: Changes | None = None  # of the form, since the draft was typed
    draft_by: str | None = None  # the actor, where it is not the viewer's own

    sent: bool = False  # filled from what this request brings
    form: UUID | None = None  # the file of the form, which the page sends back

    @property
    def typed_in(self) -> bool:
        """Whether the form holds what the viewer typed, now or before."""
        return self.sent or (self.draft_at is not None and self.draft_by is None)


def _label(fields: BaseForm, key: str) -> str:
    return str(fields[key].wording.label) if key in fields else key


def _said(fields: BaseForm, key: str, texts: Sequence[str]) -> str:
    """Answers in the words of their question: a choice by its label, a date by its parts."""
    labels = {option.text: str(option.label) for option in getattr(fields[key], "options", ())} if key in fields else {}
    words = [labels.get(text, _("Yes") if text == "true" else text) for text in texts]
    return (", " if labels else " ").join(words)


def _told(fields: BaseForm, key: str, texts: Sequence[str]) -> str:
    """The same for a reader: a day as pages write it. A text that looks like a day is what somebody wrote."""
    value = fields[key].data if key in fields else None
    return day(value) if isinstance(value, date) and not isinstance(value, datetime) else _said(fields, key, texts)


def open_work(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    task: UserTask,
    language: str,
    *,
    submitted: Texts | None = None,
    uploads: Uploads | None = None,
    form: DeployedForm | None = None,
) -> Work:
    """The task with its form: filled from the submission, else from the draft, else from case and records. `form`: in
    place of the one that the task has now."""
    case = loaded(ProcessInstance, fetch(session, _CASE, {"case": task.instance_id})[0]._asdict())
    variables = variables_in(session, engine, case, task.id if task.state == "created" else None)
    found = form or deployed_forms.of_task(session, engine, task)
    today = local_day(engine.clock.now(), engine.settings.zone)
    draft = draft_of(session, task, viewer.actor, today) if submitted is None else None
    if found is None:
        return Work(None, task, case, variables, None)
    documents = files.of_case(session, case.id) if found.form.has_files else ()
    asked = deployed_forms.Answering(engine, language, variables, engine.clock.now(), viewer.actor.id, documents)
    typed = None if draft is None else draft.typed
    scan = None if uploads is None else scanner()
    bound = deployed_forms.bind(session, found, asked, submitted=submitted, files=uploads, draft=typed, scan=scan)
    if draft is None:
        return Work(bound, task, case, variables, None, sent=submitted is not None, form=found.id)
    writer = None if draft.actor == viewer.actor.id else draft.actor
    then = bound
    if (said := spoken(draft.asked, language)) != language:
        then = deployed_forms.bind(session, found, replace(asked, language=said), draft=typed)
    changed = changes(draft.asked, draft.typed, bound, then)
    return Work(bound, task, case, variables, draft.saved_at, changed, writer, form=found.id)


def as_typed(session: Session, engine: Engine, viewer: Viewer, work: Work, language: str, submitted: Texts) -> Work:
    """The work in the form that its page showed, where another took its place since and asks otherwise; else itself."""
    shown = next(iter(submitted.getlist(FORM)), "")
    if work.bound is None or work.task.state != "created" or shown in ("", str(work.form)):
        return work
    before = deployed_forms.of_page(session, engine, shown)
    if before is None:
        return work
    then = open_work(session, engine, viewer, work.task, language, submitted=submitted, form=before)
    same = then.bound is None or questions(then.bound) == questions(work.bound)
    return work if same else then


def told_apart(work: Work, typed: Work) -> Work:
    """The work in its form of now, with what is asked otherwise than in the form that was typed into."""
    if work.bound is None or typed.bound is None:
        return work
    return replace(work, changes=changes(questions(typed.bound), typed.bound.draft(), work.bound, work.bound))


def bound_again(
    session: Session, engine: Engine, viewer: Viewer, work: Work, language: str, submitted: Texts, uploads: Uploads
) -> BoundForm:
    """The form of a task that was opened in this transaction, with another submission. Raises LookupError for a task
    without one."""
    found = deployed_forms.of_task(session, engine, work.task)
    if found is None:
        raise LookupError(f"the task {work.task.id} has no form")
    documents = files.of_case(session, work.case.id) if found.form.has_files else ()
    now, by = engine.clock.now(), viewer.actor.id
    asked = deployed_forms.Answering(engine, language, work.variables, now, by, documents)
    return deployed_forms.bind(session, found, asked, submitted=submitted, files=uploads)


def complete(
    session: Session,
    engine: Engine,
    viewer: Viewer,
    work: Work,
    directory: Path,
    request_key: str,
    *,
    undoable: bool = False,
) -> Completed:
    """Completes the task with valid answers. Raises what `engine.commands.complete` and the records raise.

    `undoable`: where nothing that was written outlives an undoing, the way back is kept, and the answers as a draft.
    """
    variables = work.bound.variables() if work.bound is not None else {}
    undoable = undoable and _is_replaced(work.bound)
    done = commands.complete(
        session,
        engine,
        work.task.id,
        variables,
        by=viewer.acting_on(work.task),
        request_key=key_of(request_key),
        write=answers.Answers(work.bound, directory).write,
        undoable=undoable,
    )
    if done.way_back:
        keep(session, engine, viewer, work)
    return done


def keep(session: Session, engine: Engine, viewer: Viewer, work: Work) -> None:
    """Keeps what was typed as the viewer's own draft of this task."""
    if work.bound is not None:
        now, asked = engine.clock.now(), questions(work.bound)
        drafts.save(session, work.task.id, viewer.actor.id, work.bound.draft(), now, asked)


def _is_replaced(bound: BoundForm | None) -> bool:
    """Whether the next answers replace everything that these write."""
    return bound is None or (not bound.files() and record_set().replaced(bound.records()))


def refuse(work: Work, error: Invalid) -> None:
    """Shows what a record refused beside its field."""
    if work.bound is not None:
        answers.refuse(work.bound, error, in_words(error))


def closed(task: UserTask) -> TaskClosed:
    """Why nothing can be kept for this task any more."""
    return TaskClosed(closed_by=task.closed_by or "system", name=task.name, state=task.state)


def uploads() -> Uploads:
    """The files of this request, as forms want them."""
    return cast("Uploads", request.files)


def new_key() -> str:
    """A request key for a form that is about to be shown."""
    return uuid4().hex


def key_of(sent: str) -> str | None:
    """The request key that a page sent back, or None where it is not one of ours."""
    return sent if 16 <= len(sent) <= LONGEST_KEY and sent.isalnum() else None
