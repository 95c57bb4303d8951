"""What happened in a try, moment by moment: mails, tasks, deadlines, timers, decisions. Months of it read as a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn import Element
from engine.definitions import definition
from engine.models import HistoryEvent, ProcessInstance, UserTask
from webapp.decision_words import CaseDecisions
from webapp.operations.decided import AS_DRAWN
from webapp.operations.names import names_of
from webapp.operations.story import sentence
from webapp.process_titles import case_title, processes
from webapp.sandbox.stage import SandboxStage
from webapp.studio.whose import whose
from webapp.words import _
from workflows.association.mails import Mail
from workflows.association.wording import typographic

__all__ = ["LISTS", "Happening", "Story", "told", "unfolded"]

KINDS: Final = {
    "case_started": "case", "message_received": "case", "path": "timer", "decided": "decision",
    "task_opened": "task", "task_completed": "done", "task_canceled": "task", "deadline": "deadline",
    "incident_raised": "trouble", "case_completed": "case", "case_canceled": "case",
}  # fmt: skip
# The lists that a reader may ask for alone: mails, tasks, deadlines, decisions.
LISTS: Final = {
    "mail": frozenset({"mail"}), "task": frozenset({"task", "done"}), "time": frozenset({"timer", "deadline"}),
    "decision": frozenset({"decision"}),
}  # fmt: skip
MOST: Final = 1_000  # events and mails that are told, the newest


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `kind`: case, timer, decision, task, done, deadline, trouble, mail; `process`: whose
    case; `who`: those for whom it waits, or the person who did it."""

    at: datetime
    kind: str
    text: str
    process: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, by day. `counts`: how many there are in each of `LISTS`; `only`: the list that is told alone."""

    days: Sequence[tuple[date, Sequence[Happening]]]
    counts: Mapping[str, int]
    only: str


def told(found: Sequence[Happening], zone: ZoneInfo, only: str) -> Story:
    """The story as a page shows it; everything where there is no such list."""
    counts = {name: sum(each.kind in kinds for each in found) for name, kinds in LISTS.items()}
    kinds = LISTS.get(only)
    shown = [each for each in found if kinds is None or each.kind in kinds]
    days = groupby(shown, key=lambda each: each.at.astimezone(zone).date())
    return Story([(day, list(group)) for day, group in days], counts, only if kinds is not None else "")


def unfolded(session: Session, stage: SandboxStage, since: datetime, language: str) -> Sequence[Happening]:
    """Everything since a moment, in the order in which it happened; of one moment, the time that had come first, since
    what else happened then followed from it."""
    telling = _Telling(session, stage, since, language)
    return sorted((*telling.events(), *telling.mails()), key=lambda each: (each.at, each.kind != "timer"))


@dataclass
class _Telling:
    session: Session
    stage: SandboxStage
    since: datetime
    language: str
    decisions: dict[UUID, CaseDecisions] = field(default_factory=dict)

    @cached_property
    def cases(self) -> dict[UUID, ProcessInstance]:
        return {case.id: case for case in self.session.scalars(select(ProcessInstance))}

    @cached_property
    def titles(self) -> dict[str, str]:
        return dict(processes(self.session, self.language))

    def events(self) -> Iterator[Happening]:
        query = select(HistoryEvent).where(HistoryEvent.at >= self.since, HistoryEvent.kind.in_(KINDS))
        newest = query.order_by(HistoryEvent.at.desc(), HistoryEvent.id.desc()).limit(MOST)
        events = self.session.scalars(newest).all()
        names = names_of(self.session, (event.by for event in events if event.kind == "task_completed"))
        idle = self._idle(events)
        for event in reversed(events):
            elements = self._elements(event.instance_id)
            if event.instance_id in idle:
                continue
            if event.kind == "path":
                yield from self._timers(event, elements)
                continue
            element = elements.get(event.element or "")
            name = self._name(element) if element is not None else event.element or ""
            text = self._sentence(event, name)
            who = names.get(event.by or "", "") if event.kind == "task_completed" else self._role(event)
            yield Happening(event.at, KINDS[event.kind], text, self._process(event.instance_id), who)

    def mails(self) -> Iterator[Happening]:
        query = select(Mail).where(Mail.created_at >= self.since).order_by(Mail.created_at.desc()).limit(MOST)
        for mail in reversed(self.session.scalars(query).all()):
            text = _("Mail “%(subject)s” to %(address)s", subject=mail.subject, address=mail.to_address)
            yield Happening(mail.created_at, "mail", text, self._process(mail.instance_id))

    def _idle(self, events: Sequence[HistoryEvent]) -> set[UUID]:
        """Cases of the house that only looked whether there is something to do, and ended."""
        busy = {event.instance_id for event in events if KINDS[event.kind] not in {"case", "timer"}}
        ended = {case.id for case in self.cases.values() if case.ended_at is not None and case.parent_id is None}
        return {id_ for id_ in ended - busy if self.cases[id_].started_by == "system"}

    def _sentence(self, event: HistoryEvent, name: str) -> str:
        if event.kind == "case_started":
            case = self.cases[event.instance_id]
            return _("“%(title)s” began", title=case_title(self.session, case, self.language))
        data, words = event.data or {}, AS_DRAWN
        if event.kind == "decided":
            words = self._decisions(event.instance_id).words(event.element, data.get("decision"))
        return sentence(event.kind, name, data, inputs=True, words=words)

    def _decisions(self, instance_id: UUID) -> CaseDecisions:
        """The words of the tables by which this case is decided, those of a definition read once."""
        made = self.cases[instance_id].definition_id
        if made not in self.decisions:
            self.decisions[made] = CaseDecisions(self.session, self.stage.engine, made, self.language)
        return self.decisions[made]

    def _timers(self, event: HistoryEvent, elements: dict[str, Element]) -> Iterator[Happening]:
        """The timers that a step of the case passed."""
        path = (event.data or {}).get("path")
        for mark in path if isinstance(path, list) else ():
            timer = elements.get(str(mark)[1:]) if str(mark)[:1] == "-" else None
            if timer is not None and timer.event is not None and timer.event.timer is not None:
                text = _("The time of “%(name)s” had come", name=self._name(timer))
                yield Happening(event.at, "timer", text, self._process(event.instance_id))

    def _elements(self, instance_id: UUID) -> dict[str, Element]:
        return dict(definition(self.session, self.stage.engine, self.cases[instance_id].definition_id).spec.elements)

    def _name(self, element: Element) -> str:
        return typographic(element.name_in(self.language))

    def _process(self, instance_id: UUID | None) -> str:
        case = None if instance_id is None else self.cases.get(instance_id)
        return "" if case is None else self.titles.get(case.process_id, case.process_id)

    def _role(self, event: HistoryEvent) -> str:
        """For whom a task was opened."""
        row = self.session.get(UserTask, event.token) if event.kind == "task_opened" and event.token else None
        return "" if row is None else whose(self.session, [row], self.language)[row.id]
