"""A million tasks and what stands around them: two tasks a case, one done and one open, half of the open ones held by
somebody, spread over the roles, half of them with a second one; each case with its history, found by the words of its
title and by a person."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Table, insert, select

from benchmarks.filling import Filler, chance, filler, literal, pick
from benchmarks.subject import CLERK, DIAGRAM, PROCESS_ID, opened
from engine import commands, sizes
from engine.engine import Engine
from engine.folding import fold
from engine.models import Base, CaseTerm, ProcessDefinition, ProcessInstance
from engine.store import FAR_FUTURE
from engine.terms import about, words
from engine.transaction import reading, transaction
from webapp import tables
from workflows.association.demo import name_lists
from workflows.association.demo.graduates import graduates
from workflows.association.name_words import PersonWord
from workflows.association.people import Person

__all__ = ["ELEMENTS", "ROLES", "STAFF", "WORDS", "fill", "person"]

ROLES = ("EVENTS", "TREASURER", "FINANCE", "MEMBERSHIP", "DATA", "COMMS", "GROUPS", "DPO")
WORDS = ("Adhésion", "Remboursement", "Voyage", "Gala", "Mentorat", "Annuaire", "Cotisation", "Salle", "Revue", "Don")
STAFF = 40
PEOPLE = 48_000
NOW = datetime.now(UTC).replace(microsecond=0)
ELEMENTS = ("check_request", "approve_request", "record_request")
EACH = 60  # seconds between the beginnings of two cases
CHECKED = 97  # one case of so many is compared with what the product would have written


def person(number: int) -> str:
    """Whoever works on this case: one of STAFF people."""
    return f"person:{UUID(int=number % STAFF + 1)}"


def fill(url: str, cases: int, history: int) -> None:
    """Fills a fresh database with so many cases of two tasks, and so many events of history."""
    with opened(url) as engine:
        tables.METADATA.create_all(engine.database)
        with transaction(engine) as session:
            commands.deploy(session, engine, {DIAGRAM.name: DIAGRAM.read_bytes()}, by=CLERK)
            one = commands.start(session, engine, PROCESS_ID, {"amount": 0}, by=CLERK).instance_id
        with reading(engine) as session:
            state = session.scalars(select(ProcessInstance.state).where(ProcessInstance.id == one)).one()
            definition = session.scalars(select(ProcessDefinition.id)).one()
        people = _people(engine)
    with filler(url) as made:
        backlog = Backlog(made, cases, definition, state)
        made.listed("subject", [about(each) for each in people])
        backlog.instances()
        backlog.terms(len(people))
        backlog.tasks()
        backlog.candidates()
        backlog.events(max(1, history // cases))
    with opened(url) as engine:
        sizes.gather(engine)
        _check(engine)


def _people(engine: Engine) -> list[UUID]:
    """As many as the demonstration has; answers their ids."""
    ids: list[UUID] = []
    with transaction(engine) as session:
        for batch in graduates(random.Random(4), name_lists.read(), PEOPLE, 0, NOW.date()):
            if batch.person:
                session.execute(insert(Person), batch.person)
                session.execute(insert(PersonWord), batch.person_word)
            ids += [UUID(str(row["id"])) for row in batch.person]
    return ids


@dataclass(frozen=True, slots=True)
class Backlog:
    """The tables to fill, each by one statement."""

    filler: Filler
    cases: int
    definition: UUID
    state: str

    def instances(self) -> None:
        """The cases, the newest first."""
        word, number = f"({pick(WORDS, _WORD)})", f"({_NUMBER})"
        key = f"'REQ-' || {self.filler.padded('n', 7)}"
        self._rows(
            "process_instance",
            {
                "id": self._case(), "definition_id": self._id(self.definition), "process_id": literal(PROCESS_ID),
                "rev": "2", "status": "'active'", "state": literal(self.state), "business_key": key,
                "title": f"{word} || ' ' || {number}", "started_at": self._started(), "started_by": self._person(),
                "depth": "0", "incidents": "CASE WHEN n % 500 = 0 THEN 1 ELSE 0 END",
            },
        )  # fmt: skip

    def terms(self, people: int) -> None:
        """What the cases are found by; half of them are about a person, who is another one for each."""
        padded, number = self.filler.padded("n", 7), f"CAST({_NUMBER} AS TEXT)"
        subject = f"(SELECT term FROM subject WHERE k = n % {people})"
        parts = [pick([fold(word) for word in WORDS], _WORD), number, "'req'", padded, f"'req' || {padded}", subject]
        term = " ".join(f"WHEN {part} THEN {one}" for part, one in enumerate(parts))
        self._rows(
            "case_term",
            {"instance_id": self._case(), "term": f"CASE p {term} END", "started_at": self._started()},
            parts=len(parts),
            where=f"p < {len(parts) - 1} OR n % 2 = 1",
        )

    def tasks(self) -> None:
        """A task that is done, and one that is open."""
        has_due, due = self._due("2 * n + p")
        role, done, second = f"({pick(ROLES, 'n')})", "p = 0", f"({_OTHER})"
        element = pick(ELEMENTS, "p")
        self._rows(
            "user_task",
            {
                "id": self.filler.uuid("p + 1", "n"), "instance_id": self._case(),
                "definition_id": self._id(self.definition), "element": element, "name": element,
                "state": f"CASE WHEN {done} THEN 'completed' ELSE 'created' END",
                "assignee": f"CASE WHEN {done} OR {_HELD} THEN {self._person()} END", "role": role,
                "candidates": self.filler.json(
                    f"CASE WHEN p = 1 AND {_SECOND} THEN '[\"' || {role} || '\", \"' || {second} || '\"]'"
                    f" ELSE '[\"' || {role} || '\"]' END"
                ), "priority": "50",
                "due_at": f"CASE WHEN {has_due} THEN {due} END", "rank_at": self._rank("2 * n + p"),
                "properties": self.filler.json("'{}'"), "escalation": "0", "created_at": self._started(),
                "closed_at": f"CASE WHEN {done} THEN {self._started()} END",
                "closed_by": f"CASE WHEN {done} THEN {self._person()} END",
            },
            parts=2,
        )  # fmt: skip

    def candidates(self) -> None:
        """Of every second open task, another role that may take it."""
        self._rows(
            "task_candidate",
            {
                "task_id": self.filler.uuid("2", "n"), "candidate": _OTHER, "rank_at": self._rank("2 * n + 1"),
                "created_at": self._started(), "free": f"NOT ({_HELD})",
            },
            where=_SECOND,
        )  # fmt: skip

    def events(self, each: int) -> None:
        """The history: so many events of each case, a minute apart."""
        self._rows(
            "history_event",
            {
                "at": self.filler.moment(f"{self._seconds()} + 60 * p"), "instance_id": self._case(),
                "id": f"n * {each} + p + 1", "kind": "'path'",
                "data": self.filler.json("'{\"path\": [\"+check_request\"]}'"),
            },
            parts=each,
            backwards=True,
        )  # fmt: skip

    def _rows(
        self, name: str, columns: dict[str, str], *, parts: int = 1, where: str = "TRUE", backwards: bool = False
    ) -> None:
        table: Table = Base.metadata.tables[name]
        self.filler.rows(table, columns, self.cases, parts=parts, where=where, backwards=backwards)

    def _due(self, task: str) -> tuple[str, str]:
        """Whether a task has a due date, and which."""
        later = f"{self._seconds()} + 86400 * (1 + {chance(task, 3)} % 59)"
        return f"{chance(task, 2)} % 10 >= 3", self.filler.moment(later)

    def _rank(self, task: str) -> str:
        has_due, due = self._due(task)
        return f"CASE WHEN {has_due} THEN {due} ELSE {self.filler.moment(str(int(FAR_FUTURE.timestamp())))} END"

    def _case(self) -> str:
        return self.filler.uuid("0", "n + 1")

    def _id(self, id_: UUID) -> str:
        return literal(str(id_)) if self.filler.postgresql else literal(id_.hex)

    def _seconds(self) -> str:
        return f"{int(NOW.timestamp())} - {EACH} * n"

    def _started(self) -> str:
        return self.filler.moment(self._seconds())

    def _person(self) -> str:
        return pick([person(number) for number in range(STAFF)], chance("n", 5))


_WORD = chance("n", 0)
_NUMBER = f"{chance('n', 1)} % 100000"
_HELD = f"{chance('n', 4)} % 2 = 1"  # whatever the role: half of each role's tasks are free
_SECOND = "n % 16 < 8"
_OTHER = pick(ROLES, "n + 3")


def _check(engine: Engine) -> None:
    """Reads some cases as the product does. Raises SystemExit where their terms are not what it would have written."""
    with reading(engine) as session:
        numbers = [UUID(int=number) for number in range(1, 100 * CHECKED, CHECKED)]
        for case in session.scalars(select(ProcessInstance).where(ProcessInstance.id.in_(numbers))):
            terms = session.scalars(select(CaseTerm.term).where(CaseTerm.instance_id == case.id))
            if {each for each in terms if each[0] != about("")[0]} != words(case.title, None, case.business_key):
                raise SystemExit(f"{case.business_key} has other words than the product gives it")
