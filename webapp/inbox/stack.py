"""Tasks that ask the same question, worked as one stack: one answer for all that are ticked, a commit for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.errors import AmicaleError, Invalid, NotFound
from engine.feel.values import Value
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from forms.submission import Texts
from webapp import authorize, deployed_forms, task_work
from webapp.auth import engine, settings
from webapp.deployed_forms import DeployedForm
from webapp.errors import in_words
from webapp.inbox.alike import MOST
from webapp.inbox.due import Due, due
from webapp.inbox.page import words_of
from webapp.operations.diagrams import element_name
from webapp.operations.subjects import subjects_of
from webapp.task_work import Drawn, FormReplaced, Work
from webapp.viewer import viewer
from webapp.words import _, language

_NONE: Final[Mapping[str, Value]] = {}


@dataclass(frozen=True, slots=True)
class Card:
    """One task of the stack: whom it is about, what its form shows, and what is wrong with the answer for it."""

    id: UUID
    url: str
    subject: str
    case_title: str
    due: Due
    facts: Sequence[tuple[str, str, str]]
    ticked: bool
    problems: Sequence[str]
    asks_more: bool = False  # what the answer revealed is asked of all together: nothing is wrong with this one


@dataclass(frozen=True, slots=True)
class Stack:
    """The tasks and the one form that is asked of all of them."""

    title: str
    drawn: Drawn
    cards: Sequence[Card]
    form: UUID | None = None  # the file of the form, which the page sends back

    @property
    def ticked(self) -> Sequence[Card]:
        return [card for card in self.cards if card.ticked]

    @property
    def ready(self) -> Sequence[Card]:
        """Those that the answer fits."""
        return [card for card in self.ticked if not card.problems and not card.asks_more]

    @property
    def asks_more(self) -> bool:
        """Whether the shared form asks a further question of one of them: it is answered before anything is done."""
        return any(card.asks_more for card in self.ticked)


def tasks_of(session: Session, ids: Sequence[UUID]) -> Sequence[UserTask]:
    """The open ones of these tasks that the viewer may work on. Raises NotFound where there is none, and NotAlike."""
    condition = authorize.authorize(viewer(), "work", UserTask)
    found = session.scalars(select(UserTask).where(UserTask.id.in_(ids[:MOST]), condition)).all()
    if not found:
        raise NotFound(kind="task", id="")
    if len({(task.definition_id, task.element) for task in found}) > 1:
        raise NotAlike
    place = {task_id: number for number, task_id in enumerate(ids)}
    return sorted(found, key=lambda task: place[task.id])


def names_of(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Whom these tasks are about, open or not. Raises NotFound where the viewer may read none of them."""
    condition = authorize.authorize(viewer(), "read", UserTask)
    query = select(UserTask.id, UserTask.instance_id).where(UserTask.id.in_(ids), condition)
    rows = session.execute(query).tuples().all()
    if not rows:
        raise NotFound(kind="task", id="")
    subjects = subjects_of(session, engine(), (instance for _, instance in rows))
    return {task: subjects.get(instance, "") for task, instance in rows}


class NotAlike(Invalid):
    """These tasks do not ask the same: select tasks of one name and one version."""

    code = "not_alike"


def stack_of(
    session: Session, tasks: Sequence[UserTask], ticked: frozenset[UUID], answered: Texts | None, *, look: bool = False
) -> Stack:
    """The stack as a page shows it, with what was answered so far; with `look` every card says whether it fits."""
    spoken, machine = language(), engine()
    subjects = subjects_of(session, machine, (task.instance_id for task in tasks))
    first = tasks[0]
    title = element_name(session, machine, first.definition_id, first.element, spoken)
    form = deployed_forms.of_task(session, machine, first)
    drawn = _shared(session, machine, form, answered)
    revealed = frozenset[str]()
    if look and drawn.bound is not None and not drawn.bound.validate():
        revealed = frozenset(drawn.bound.revealed)
    fits = Fits(answered, revealed) if look and answered is not None else None
    cards = [_card(session, task, subjects.get(task.instance_id, ""), ticked, fits) for task in tasks]
    return Stack(title, drawn, cards, None if form is None else form.id)


@dataclass(frozen=True, slots=True)
class Fits:
    """The answer that every ticked card is held against, and the questions that it revealed to all of them."""

    answered: Texts
    revealed: frozenset[str]

    def to(self, session: Session, task: UserTask) -> tuple[Sequence[str], bool]:
        """What is wrong with it for this task; and whether only the shared questions are still to be answered."""
        work = task_work.open_work(session, engine(), viewer(), task, language(), submitted=self.answered)
        if task_work.as_typed(session, engine(), viewer(), work, language(), self.answered) is not work:
            return [in_words(FormReplaced())], False
        problems = problems_of(work)
        more = problems and work.bound is not None and not work.bound.errors
        if more and work.bound is not None and self.revealed.issuperset(work.bound.revealed):
            return (), True
        return problems, False


def _card(session: Session, task: UserTask, subject: str, ticked: frozenset[UUID], fits: Fits | None) -> Card:
    problems, asks_more = fits.to(session, task) if fits is not None and task.id in ticked else ((), False)
    work = task_work.open_work(session, engine(), viewer(), task, language())
    case = session.get_one(ProcessInstance, task.instance_id)
    calendar = engine().settings.staff_calendar(session)
    return Card(
        id=task.id,
        url=url_for("inbox.task", task_id=task.id),
        subject=subject or case.business_key or "",
        case_title=case.title_in(language()) or "",
        due=due(task.due_at, engine().clock.now(), calendar.between),
        facts=work.facts(),
        ticked=task.id in ticked,
        problems=problems,
        asks_more=asks_more,
    )


def problems_of(work: Work) -> Sequence[str]:
    """Why this answer does not fit this task; nothing where it does."""
    if work.bound is None or work.bound.validate():
        return ()
    told = [text for texts in work.bound.errors.values() for text in texts]
    return told or [_("Here one more question is asked: answer it by itself.")]


def _shared(session: Session, machine: Engine, found: DeployedForm | None, answered: Texts | None) -> Drawn:
    """The questions of the form, about nobody in particular."""
    if found is None:
        return Drawn(None)
    questions = DeployedForm(found.form.asked(), found.compiled)
    about = deployed_forms.Answering(machine, language(), _NONE, machine.clock.now(), viewer().actor.id)
    return Drawn(deployed_forms.bind(session, questions, about, submitted=answered))


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one card: whether it can be undone, or why it could not be completed."""

    way_back: bool = False
    refused: str = ""


def complete(task_id: UUID, answered: Texts, key: str) -> Done:
    """Completes one task in a transaction of its own: what one is refused for keeps none of the others."""
    directory = settings().files_directory
    assert directory is not None
    try:
        with transaction(engine()) as writer:
            task = authorize.task(writer, viewer(), "read", task_id)
            work = task_work.open_work(writer, engine(), viewer(), task, language(), submitted=answered)
            if task_work.as_typed(writer, engine(), viewer(), work, language(), answered) is not work:
                raise FormReplaced
            if task.state == "created" and (problems := problems_of(work)):
                return Done(refused=" ".join(problems))
            request_key = f"{key}{task_id.hex}"
            done = task_work.complete(writer, engine(), viewer(), work, directory, request_key, undoable=True)
            return Done(done.way_back)
    except Invalid as refused:
        return Done(refused=in_words(refused))
    except AmicaleError as refused:
        with reading(engine()) as reader:
            return Done(refused=words_of(reader, refused).title)
