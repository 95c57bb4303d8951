"""The stage: the verbs by which people act, as the pages, the mails' links and the payment provider do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from engine import commands
from engine.assignment import Actor
from engine.completion import Completed
from engine.engine import Engine
from engine.errors import AmicaleError, Conflict, Invalid, NotFound, Refused, TaskClosed
from engine.feel.values import Value
from engine.jobs import run_job
from engine.models import Job, ProcessInstance, UserTask
from engine.prepared import fetch, loaded
from engine.transaction import reading, transaction
from forms.bind import BoundForm
from forms.submission import Uploads
from webapp import answers, deployed_forms, task_work
from webapp.auth import SignedIn
from webapp.authorize import Viewer
from webapp.deployed_forms import DeployedForm
from webapp.events.starting import form_of
from webapp.files.store import StoredFile
from webapp.house import association_of
from webapp.journey import acts
from webapp.links import tokens
from webapp.links.routes import confirm_address, life_of
from webapp.settings import Settings
from webapp.start.startable import known_of, startable
from webapp.webhooks import events
from webapp.year.answering import Bind, Texts, answered
from workflows.association import link_lives, roles
from workflows.association.case_variables import local_day
from workflows.association.mails import Mail
from workflows.association.orders import by_key
from workflows.association.payment_provider import HEADER, TestProvider
from workflows.association.settings import Association
from workflows.association.year.lots import Lots
from workflows.association.year.world import Answers, Asked, Habit, OpenTask

_TASK: Final = select(*UserTask.__table__.columns).where(UserTask.id == bindparam("task", type_=Uuid()))
VISITOR = Actor("visitor", "")
PROVIDER = TestProvider(b"the secret of a payment provider that moves no money")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A start form, and what is known before it is read."""

    process_id: str
    form: DeployedForm | None
    known: Mapping[str, object]
    language: str


@dataclass(slots=True)
class Stage:
    """A `workflows.association.year.World`: the engine on virtual time, and who may act on it."""

    engine: Engine
    settings: Settings
    lots: Lots
    first_day: date
    scale: float
    volume: float = 1.0
    association: Association = field(init=False)
    offices: dict[str, str] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)  # what the rules kept people from, by the error's code

    def __post_init__(self) -> None:
        self.association = association_of(self.settings, self.engine.clock)

    @property
    def documents(self) -> Path:
        """Where uploaded files lie."""
        assert self.settings.files_directory is not None
        return self.settings.files_directory

    @property
    def today(self) -> date:
        """The day it is for the association."""
        return local_day(self.engine.clock.now(), self.association.zone)

    def office(self, role: str) -> str:
        """The actor id of the first who holds this role. Raises LookupError where nobody does."""
        if role not in self.offices:
            with reading(self.engine) as session:
                holders = roles.holders(session, role, self.today)
            if not holders:
                raise LookupError(f"nobody holds the role {role}")
            self.offices[role] = f"person:{holders[0]}"
        return self.offices[role]

    def send_form(
        self, process_id: str, given: Answers, *, key: str, language: str = "fr", by: UUID | None = None
    ) -> UUID | None:
        """Sends the start form of a process, as the browser of a visitor or of somebody signed in does; the same key
        sends it once. None where a record refuses what it says."""
        with transaction(self.engine) as session:
            person = None if by is None else self._signed_in(session, by, language)
            actor = VISITOR if person is None else person.actor
            form = startable(session, self.engine, person, process_id, language).form
            sheet = Sheet(process_id, form, known_of(person, process_id), language)
            return self._begin(session, sheet, given, key, actor)

    def send_about(
        self, process_id: str, given: Answers, known: Mapping[str, object], *, key: str, by: UUID | None
    ) -> UUID | None:
        """Sends the start form of a process that the page of something offers, which knows so much about it, by a
        visitor or somebody signed in; the same key sends it once. None where a record refuses what it says."""
        with transaction(self.engine) as session:
            sheet = Sheet(process_id, form_of(session, self.engine, process_id), known, "fr")
            actor = VISITOR if by is None else self._signed_in(session, by, "fr").actor
            return self._begin(session, sheet, given, key, actor)

    def _begin(self, session: Session, sheet: Sheet, given: Answers, key: str, actor: Actor) -> UUID | None:
        now, known, stored = self.engine.clock.now(), sheet.known, list[StoredFile]()
        asked = deployed_forms.Answering(
            self.engine, sheet.language, cast("Mapping[str, Value]", known), now, actor.id
        )  # fmt: skip

        def bind(texts: Texts | None, files: MultiDict[str, FileStorage]) -> BoundForm:
            assert sheet.form is not None
            return deployed_forms.bind(session, sheet.form, asked, submitted=texts, files=cast("Uploads", files))

        rng = self.lots.of("form", key)
        shown = None if sheet.form is None else bind(None, MultiDict())
        bound = None if shown is None else answered(shown, bind, self._meant(shown, given), rng, self.today)
        filled = answers.Answers(bound, self.documents)
        try:
            started = commands.start(
                session, self.engine, sheet.process_id, dict(known), by=actor, request_key=key,
                write=lambda writer, context: filled.begin(writer, context, known, stored),
            )  # fmt: skip
        except (Invalid, Conflict) as refused:
            self._refused(session, refused)
            return None
        session.add_all(stored)
        return started.instance_id

    def press(self, instance_id: UUID, message: str, *, by: UUID) -> None:
        """Presses a button of the person's own case; nothing where the case does not offer it any more."""
        actor = Actor(f"person:{by}", "")
        viewer = Viewer(actor, frozenset({actor.id}))
        with transaction(self.engine) as session:
            case = session.get_one(ProcessInstance, instance_id)
            try:
                own = acts.own_act(session, self.engine, viewer, case, message)
                acts.say(session, self.engine, viewer, own, "", "year")
            except (NotFound, Conflict) as refused:
                self._refused(session, refused)

    def _meant(self, _shown: BoundForm, given: Answers) -> Answers:
        """What these answers are to the questions of the form."""
        return given

    def _signed_in(self, session: Session, person_id: UUID, language: str) -> SignedIn:
        held = roles.of(session, person_id, self.today)
        return SignedIn(person_id, person_id, "", language, held, "PASSWORD")

    def _refused(self, session: Session, refused: AmicaleError) -> None:
        """What a page would show as an error: nothing is written, and it is counted."""
        session.rollback()
        self.refusals[refused.code] += 1

    def complete(self, task: OpenTask, actor: Actor, habit: Habit, rng: Random) -> Completed | None:
        """Answers a task as its page would; None where it was closed meanwhile."""
        viewer = Viewer(actor, frozenset({actor.id}))
        with transaction(self.engine) as session:
            [found] = fetch(session, _TASK, {"task": task.id})
            if found.state != "created":
                return None
            row = loaded(UserTask, found._asdict())
            language = "fr"
            work = task_work.open_work(session, self.engine, viewer, row, language)
            if work.bound is not None:
                said = habit.answers(Asked(self, session, task, work.variables, rng))
                bound = answered(work.bound, self._binder(session, viewer, work, language), said, rng, self.today)
                work = task_work.Work(bound, row, work.case, work.variables, None)
            try:
                return task_work.complete(session, self.engine, viewer, work, self.documents, "")
            except (Invalid, Refused, TaskClosed) as refused:
                self._refused(session, refused)
                return None

    def _binder(self, session: Session, viewer: Viewer, work: task_work.Work, language: str) -> Bind:
        def bind(texts: Texts | None, files: MultiDict[str, FileStorage]) -> BoundForm:
            given = MultiDict[str, str]() if texts is None else texts
            return task_work.bound_again(session, self.engine, viewer, work, language, given, cast("Uploads", files))

        return bind

    def go_on(self, instance_id: UUID) -> None:
        """Lets a case do at once what it left to jobs, as a worker does within a second."""
        ready = select(Job.id).where(Job.instance_id == instance_id, Job.due_at <= self.engine.clock.now(), ~Job.held)
        tried: set[UUID] = set()
        while True:
            with reading(self.engine) as session:
                fresh = [each for each in session.scalars(ready.order_by(Job.due_at, Job.id)) if each not in tried]
            if not fresh:
                return
            tried.update(fresh)
            for each in fresh:
                run_job(self.engine, each)

    def open_link(self, instance_id: UUID) -> None:
        """Opens the newest living link that was mailed for a case, and presses its button."""
        now = self.engine.clock.now()
        with transaction(self.engine) as session:
            texts = session.scalars(
                select(Mail.text)
                .where(Mail.instance_id == instance_id, Mail.state == "SENT")
                .order_by(Mail.created_at.desc(), Mail.key)
            )
            for text in texts:
                found = re.search(re.escape(self.association.public_url) + r"/l/([\w-]+)", text)
                link = None if found is None else tokens.find(session, found[1], now)
                if link is not None and tokens.consume(
                    session, link, now, life_of(session, self.engine, link_lives.JOURNEY)
                ):
                    confirm_address(session, self.engine, link)
                    return

    def pay_by_card(self, order_key: str, amount: Decimal) -> None:
        """The provider tells of a payment in a signed event; refused, it is a defect of the stage."""
        now = self.engine.clock.now()
        with reading(self.engine) as session:
            order = by_key(session, order_key)
            assert order is not None
            body = PROVIDER.event(order, amount, now)
        answer = events.take(self.engine, PROVIDER, {HEADER: PROVIDER.sign(body, now)}, body)
        if answer.status != 200:
            raise RuntimeError(f"the payment of {order_key} was refused: {dict(answer.body)}")


def named(variables: Mapping[str, object], name: str) -> UUID | None:
    """An id among the variables of a case, or None."""
    value = variables.get(name)
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
