"""The stage of a play: the verbs of the year's stage, told what was refused, with answers given as words of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.errors import AmicaleError, Invalid
from engine.jobs import next_due, run_due
from engine.models import Incident, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from forms.answers import Answer
from forms.bind import BoundForm
from forms.choices import ChoiceAnswer
from forms.dates import DateAnswer, MomentAnswer, TimeAnswer
from forms.documents import FileAnswer
from forms.fields import NumberAnswer, TickAnswer
from webapp import task_work
from webapp.authorize import Viewer
from webapp.sandbox.phrases import RowTwice
from webapp.sandbox.questions import BETWEEN, Labels, QuestionUnknown, chosen, option_words, spoken
from webapp.sandbox.step_names import LANGUAGES
from webapp.sandbox.untrue import Words
from webapp.year.answering import answered
from webapp.year.noticing import Notice
from webapp.year.stage import Stage
from workflows.association.options import list_words
from workflows.association.year.world import Answers, OpenTask

__all__ = ["AnswerNotOffered", "AnswerUnreadable", "SandboxStage", "said_in", "value_of"]

YES: Final = frozenset({"oui", "yes", "true", "vrai", "x"})
MOST_STEPS: Final = 5_000  # moments of one passing of time at which something is done


class AnswerUnreadable(Invalid):
    """“{answer}” is no answer to “{question}”."""

    code: ClassVar[str] = "scenario_answer"


class AnswerNotOffered(Invalid):
    """“{answer}” is none of the answers to “{question}”: {known}."""

    code: ClassVar[str] = "scenario_answer_not_offered"


@dataclass(slots=True)
class SandboxStage(Stage):
    """A `Stage` whose clock is moved by hand."""

    clock: VirtualClock = field(default_factory=VirtualClock)

    def _refused(self, session: Session, refused: AmicaleError) -> None:
        """What a page would show as an error is what the scenario is told."""
        session.rollback()
        raise refused

    def run(self) -> None:
        """Does what is due."""
        while run_due(self.engine):
            pass

    def later(self, by: timedelta) -> None:
        """Lets time pass from one moment at which something is due to the next."""
        end = self.clock.now() + by
        for _ in range(MOST_STEPS):
            due = next_due(self.engine)
            if due is None or due > end:
                break
            self.clock.set(max(due, self.clock.now()))
            self.run()
        self.clock.set(max(end, self.clock.now()))
        self.run()

    def open_tasks(self) -> Sequence[OpenTask]:
        """What waits for somebody, the oldest first."""
        return sorted(Notice(self, ()).everywhere()[0], key=lambda task: (task.created_at, task.element))

    def answer(self, task: OpenTask, actor: Actor, table: Mapping[str, str], seed: object) -> None:
        """Completes a task as its page would: what the table says, the rest as the form takes it."""
        viewer, rng = Viewer(actor, frozenset({actor.id})), self.lots.of("answer", seed)
        with transaction(self.engine) as session:
            row = session.get_one(UserTask, task.id)
            work = task_work.open_work(session, self.engine, viewer, row, "fr")
            if work.bound is not None:
                given = values_in(work.bound, table)
                bound = answered(work.bound, self._binder(session, viewer, work, "fr"), given, rng, self.today)
                work = task_work.Work(bound, row, work.case, work.variables, None)
            elif table:
                raise QuestionUnknown(question=next(iter(table)), known=Words({each: [] for each in LANGUAGES}))
            task_work.complete(session, self.engine, viewer, work, self.documents, "")
        self.run()

    def _meant(self, shown: BoundForm, given: Answers) -> Answers:
        """Answers are words of a table here."""
        return values_in(shown, {key: str(value) for key, value in given.items()})

    def incidents(self) -> Sequence[Incident]:
        """What stands still."""
        with reading(self.engine) as session:
            return session.scalars(select(Incident).where(Incident.resolved_at.is_(None))).all()

    def cases(self, process_id: str | None = None) -> Sequence[ProcessInstance]:
        """Every case, the oldest first."""
        query = select(ProcessInstance).order_by(ProcessInstance.started_at, ProcessInstance.id)
        if process_id is not None:
            query = query.where(ProcessInstance.process_id == process_id)
        with reading(self.engine) as session:
            return session.scalars(query).all()

    def newest(self, process_id: str) -> UUID | None:
        """The case that began last."""
        found = self.cases(process_id)
        return found[-1].id if found else None


def values_in(bound: BoundForm, table: Mapping[str, str]) -> dict[str, object]:
    """The answers of a table, as the form's questions keep them. Raises QuestionUnknown, QuestionAmbiguous, RowTwice,
    AnswerUnreadable, AnswerNotOffered."""
    labels, found = Labels.of(bound), dict[str, object]()
    for row, text in table.items():
        key = labels.key(row)
        if key in found:
            raise RowTwice(row=row, text=bound.definition.id)
        found[key] = value_of(bound.wtform[key], text, row)
    return found


def value_of(answer: Answer, text: str, row: str) -> object:
    """What the words of a cell are to the question of this row. Raises AnswerUnreadable, AnswerNotOffered."""
    plain = text.strip()
    if isinstance(answer, ChoiceAnswer):
        return _chosen(answer, plain, row)
    try:
        return _value(answer, plain)
    except (ValueError, InvalidOperation):
        raise AnswerUnreadable(answer=plain, question=row) from None


def _chosen(answer: ChoiceAnswer, text: str, row: str) -> object:
    """The options that are said. Where the form writes them all, any other is refused; options that are calculated may
    yet follow from other answers."""
    found, offered = chosen(answer, text), option_words(answer)
    stray = [each for each in found if each not in offered]
    if stray and (
        answer.component.properties.get("values") or list_words(answer.component.settings.get("options", ""))
    ):
        said = {language: [words.get(language, key) for key, words in offered.items()] for language in LANGUAGES}
        raise AnswerNotOffered(answer=stray[0], question=row, known=Words(said))
    return list(found) if isinstance(answer.data, list) or len(found) > 1 else found[0]


def _value(answer: Answer, plain: str) -> Any:
    if isinstance(answer, TickAnswer):
        return plain.casefold() in YES
    if isinstance(answer, NumberAnswer):
        return Decimal(plain.replace(" ", "").replace(",", "."))
    if isinstance(answer, DateAnswer):
        return _day(plain)
    if isinstance(answer, MomentAnswer):
        return datetime.fromisoformat(plain)
    if isinstance(answer, TimeAnswer):
        return time.fromisoformat(plain)
    return plain


def _day(text: str) -> date:
    parts = text.split("/")
    return date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(text)


def said_in(bound: BoundForm) -> dict[str, str]:
    """The answers of a filled form as cells of a table, by question, in the words of its language."""
    labels = Labels.of(bound)
    shown = {str(name): bound.wtform[name] for name in bound.wtform._fields}
    return {
        labels.row(name, bound.language): _said(answer, bound.language)
        for name, answer in shown.items()
        if not (isinstance(answer, FileAnswer) or answer.locked or answer.blank)
    }


def _said(answer: Answer, language: str) -> str:
    if isinstance(answer, TickAnswer):
        return "oui" if language == "fr" else "yes"
    if isinstance(answer.data, date | time | datetime):
        return answer.data.isoformat()
    if isinstance(answer, ChoiceAnswer):
        return BETWEEN.join(spoken(answer, each) for each in answer.typed)
    return BETWEEN.join(map(str, answer.typed)) if isinstance(answer.data, list) else str(answer.data)
