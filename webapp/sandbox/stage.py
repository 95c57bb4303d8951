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
from webapp.year.answering import answered
from webapp.year.noticing import Notice
from webapp.year.stage import Stage
from workflows.association.year.world import Answers, OpenTask

__all__ = ["AnswerUnreadable", "QuestionUnknown", "SandboxStage", "said_in", "value_of"]

YES: Final = frozenset({"oui", "yes", "true", "vrai", "x"})
MOST_STEPS: Final = 5_000  # moments of one passing of time at which something is done


class QuestionUnknown(Invalid):
    """The form does not ask for “{question}”; it asks for {known}."""

    code: ClassVar[str] = "scenario_question"


class AnswerUnreadable(Invalid):
    """“{answer}” is no answer to “{question}”."""

    code: ClassVar[str] = "scenario_answer"


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
                raise QuestionUnknown(question=next(iter(table)), known="–")
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
    """The answers of a table, as the form's questions keep them. Raises QuestionUnknown, AnswerUnreadable."""
    asked = {str(name): bound.wtform[name] for name in bound.wtform._fields}
    for question in table:
        if question not in asked:
            raise QuestionUnknown(question=question, known=", ".join(sorted(asked)) or "–")
    return {question: value_of(asked[question], text) for question, text in table.items()}


def value_of(answer: Answer, text: str) -> object:
    """What the words of a cell are to this question. Raises AnswerUnreadable."""
    plain = text.strip()
    try:
        return _value(answer, plain)
    except (ValueError, InvalidOperation):
        raise AnswerUnreadable(answer=plain, question=str(answer.name)) from None


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
    if isinstance(answer, ChoiceAnswer):
        labels = {str(option.label).casefold(): option.text for option in answer.options}
        chosen = [labels.get(each.casefold(), each) for each in plain.split(", ")]
        return chosen if isinstance(answer.data, list) or len(chosen) > 1 else chosen[0]
    return plain


def _day(text: str) -> date:
    parts = text.split("/")
    return date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(text)


def said_in(bound: BoundForm) -> dict[str, str]:
    """The answers of a filled form as cells of a table, by question."""
    said: dict[str, str] = {}
    for name in bound.wtform._fields:
        answer = bound.wtform[name]
        if isinstance(answer, FileAnswer) or answer.locked or answer.blank:
            continue
        if isinstance(answer, TickAnswer):
            said[str(name)] = "oui"
        elif isinstance(answer.data, date | time | datetime):
            said[str(name)] = answer.data.isoformat()
        elif isinstance(answer.data, list):
            said[str(name)] = ", ".join(map(str, answer.typed))
        else:
            said[str(name)] = str(answer.data)
    return said
