"""What lists cost at size: the first pages of inbox, queue and case search, as the pages ask for them.

    python -m benchmarks.inbox --tasks 1000000 --history 10000000 --database sqlite|postgresql

Fills a real database by bulk (COPY, executemany): two tasks a case, one done and one open, half of the open ones held
by somebody, spread over the roles; then asks as people with real roles do. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select, text
from werkzeug.datastructures import MultiDict

from benchmarks.databases import serve
from benchmarks.figures import finish
from benchmarks.subject import CLERK, DIAGRAM, PROCESS_ID
from engine import commands, sizes
from engine.assignment import Actor
from engine.engine import Engine
from engine.models import Base, ProcessDefinition, ProcessInstance
from engine.store import FAR_FUTURE
from engine.terms import about, words
from engine.transaction import reading, transaction
from webapp import tables
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.authorize import Viewer
from webapp.inbox import listing as inbox_page
from webapp.operations import listing as cases_page
from webapp.settings import Settings
from workflows.association.demo import name_lists
from workflows.association.demo.graduates import graduates
from workflows.association.name_words import PersonWord
from workflows.association.people import Person

ROLES = ("EVENTS", "TREASURER", "FINANCE", "MEMBERSHIP", "DATA", "COMMS", "GROUPS", "DPO")
WORDS = ("Adhésion", "Remboursement", "Voyage", "Gala", "Mentorat", "Annuaire", "Cotisation", "Salle", "Revue", "Don")
STAFF = 40
PEOPLE = 48_000
BATCH = 20_000
NOW = datetime.now(UTC).replace(microsecond=0)
ELEMENTS = ("check_request", "approve_request", "record_request")


@dataclass(frozen=True, slots=True)
class Filling:
    """The tables to fill: how many cases of two tasks, how many events of history."""

    cases: int
    history: int
    definition: UUID
    state: str
    people: Sequence[UUID]

    def instances(self) -> Iterator[dict[str, Any]]:
        rng = random.Random(1)
        for number in range(self.cases):
            yield {
                "id": UUID(int=number + 1), "definition_id": self.definition, "process_id": PROCESS_ID, "rev": 2,
                "status": "active", "state": self.state, "business_key": f"REQ-{number:07}",
                "title": self._title(rng), "titles": None, "started_at": started(number),
                "started_by": person(number), "ended_at": None, "parent_id": None, "parent_token": None, "depth": 0,
                "start_key": None, "incidents": int(number % 500 == 0),
            }  # fmt: skip

    def _title(self, rng: random.Random) -> str:
        return f"{rng.choice(WORDS)} {rng.randrange(100_000)}"

    def terms(self) -> Iterator[dict[str, Any]]:
        rng = random.Random(1)
        for number in range(self.cases):
            found = words(self._title(rng), None, f"REQ-{number:07}")
            person_of = {about(self.people[number % len(self.people)])} if number % 2 else set()
            for term in found | person_of:
                yield {"instance_id": UUID(int=number + 1), "term": term, "started_at": started(number)}

    def tasks(self) -> Iterator[dict[str, Any]]:
        rng = random.Random(2)
        for number in range(self.cases):
            for part in range(2):
                role, done = ROLES[number % len(ROLES)], part == 0
                due = None if rng.random() < 0.3 else started(number) + timedelta(days=rng.randrange(1, 60))
                yield {
                    "id": UUID(int=(part + 1 << 64) + number), "instance_id": UUID(int=number + 1),
                    "definition_id": self.definition, "element": ELEMENTS[part], "name": ELEMENTS[part],
                    "state": "completed" if done else "created",
                    "assignee": person(number) if done or number % 2 else None, "role": role, "candidates": [role],
                    "form": None, "priority": 50, "due_at": due, "rank_at": due or FAR_FUTURE, "follow_up_at": None,
                    "properties": {}, "escalation": 0, "created_at": started(number),
                    "closed_at": started(number) if done else None, "closed_by": person(number) if done else None,
                }  # fmt: skip

    def events(self) -> Iterator[dict[str, Any]]:
        each = max(1, self.history // self.cases)
        for number in range(self.cases):
            for event in range(each):
                yield {
                    "at": started(number) + timedelta(minutes=event), "instance_id": UUID(int=number + 1),
                    "id": number * each + event + 1, "kind": "path", "element": None, "token": None, "by": None,
                    "data": {"path": ["+check_request"]},
                }  # fmt: skip


def started(number: int) -> datetime:
    return NOW - timedelta(seconds=number * 60)


def person(number: int) -> str:
    """Whoever works on this case: one of STAFF people."""
    return f"person:{UUID(int=number % STAFF + 1)}"


def main() -> None:
    arguments = _arguments()
    with serve(arguments.database) as server:
        settings = Settings(database_url=server.url, secret_key="x" * 40).completed()
        with open_engine(settings) as engine:
            began = time.perf_counter()
            _fill(engine, arguments.tasks // 2, arguments.history)
            filled = time.perf_counter() - began
            figures = _measure(engine, create_app(settings, engine), arguments.rounds)
    sizes = {"database": arguments.database, "tasks": arguments.tasks, "history": arguments.history}
    finish({**sizes, "fill_s": filled, **figures})


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--history", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=100)
    return parser.parse_args()


def _fill(engine: Engine, cases: int, history: int) -> None:
    tables.METADATA.create_all(engine.database)
    with transaction(engine) as session:
        commands.deploy(session, engine, {DIAGRAM.name: DIAGRAM.read_bytes()}, by=CLERK)
        one = commands.start(session, engine, PROCESS_ID, {"amount": 0}, by=CLERK).instance_id
    with reading(engine) as session:
        state = session.scalars(select(ProcessInstance.state).where(ProcessInstance.id == one)).one()
        definition = session.scalars(select(ProcessDefinition.id)).one()
    filling = Filling(cases, history, definition, state, _people(engine))
    for name, rows, count in (
        ("process_instance", filling.instances(), cases), ("case_term", filling.terms(), 5 * cases),
        ("user_task", filling.tasks(), 2 * cases), ("history_event", filling.events(), history),
    ):  # fmt: skip
        _load(engine, name, rows, count)
    if engine.database.dialect.name == "sqlite":
        sizes.gather(engine)
        return
    with engine.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


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


def _load(engine: Engine, name: str, rows: Iterable[dict[str, Any]], count: int) -> None:
    """One table in one transaction, with progress on stderr."""
    table = Base.metadata.tables[name]
    with engine.database.begin() as connection:
        for done, batch in _batches(rows):
            if engine.database.dialect.name == "postgresql":
                _copy(connection, table, batch)
            else:
                connection.execute(insert(table), batch)
            sys.stderr.write(f"\r{name}: {done:,} of {count:,}")
    sys.stderr.write("\n")


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    batch: list[dict[str, Any]] = []
    done = 0
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            done += len(batch)
            yield done, batch
            batch = []
    if batch:
        yield done + len(batch), batch


def _copy(connection: Any, table: Any, batch: Sequence[dict[str, Any]]) -> None:
    names = ", ".join(map(json.dumps, batch[0]))
    query = f"COPY {table.name} ({names}) FROM STDIN"
    with connection.connection.driver_connection.cursor().copy(query) as copy:
        for row in batch:
            copy.write_row([json.dumps(value) if isinstance(value, dict | list) else value for value in row.values()])


def _measure(engine: Engine, app: Flask, rounds: int) -> dict[str, float]:
    """First pages, each for another person: a role or two, the processes that those own."""
    rng = random.Random(3)

    def viewer(number: int) -> Viewer:
        actor = Actor(person(number), "Somebody", frozenset(rng.sample(ROLES, 2)))
        return Viewer(actor, frozenset({actor.id}), frozenset({PROCESS_ID}), staff=True)

    def page(tab: inbox_page.Tab) -> Callable[[int], object]:
        def ask(number: int) -> object:
            with reading(engine) as session:
                filters = inbox_page.Filters()
                return inbox_page.listing_of(session, engine, viewer(number), "fr", tab, filters).rows

        return ask

    def search(number: int) -> object:
        sought = (
            f"REQ-{rng.randrange(1000):07}", rng.choice(WORDS), f"{rng.choice(WORDS)} {rng.randrange(1000)}",
            "Martin", "Durnad", " ".join(rng.sample(WORDS, 2)), "9",
        )  # fmt: skip
        with reading(engine) as session:
            asked = MultiDict({"q": sought[number % len(sought)]})
            return cases_page.cases(session, engine, viewer(number), "fr", asked).rows

    def found_tasks(number: int) -> object:
        filters = inbox_page.Filters(text=(f"REQ-{rng.randrange(1000):07}", rng.choice(WORDS), "Martin")[number % 3])
        with reading(engine) as session:
            return inbox_page.listing_of(session, engine, viewer(number), "fr", "queue", filters).rows

    def narrowed(number: int) -> object:
        asked = (
            {"status": "suspended"},
            {"status": "incidents"},
            {"process": PROCESS_ID, "age": "30"},
            {"process": PROCESS_ID, "element": ELEMENTS[1]},
        )[number % 4]
        with reading(engine) as session:
            return cases_page.cases(session, engine, viewer(number), "fr", MultiDict(asked)).rows

    def cases(number: int) -> object:
        with reading(engine) as session:
            return cases_page.cases(session, engine, viewer(number), "fr", MultiDict()).rows

    found: dict[str, float] = {}
    with app.test_request_context("/"):
        for name, ask in (
            ("inbox", page("mine")),
            ("queue", page("queue")),
            ("cases", cases),
            ("search", search),
            ("queue_search", found_tasks),
            ("narrowed", narrowed),
        ):
            taken, worked = [], []
            for number in range(-5, rounds):
                began, cpu = time.perf_counter(), time.process_time()
                ask(number % STAFF)
                if number >= 0:
                    taken.append(1000 * (time.perf_counter() - began))
                    worked.append(1000 * (time.process_time() - cpu))
            found[f"{name}_p95_ms"] = statistics.quantiles(taken, n=20)[-1]
            found[f"{name}_median_ms"] = statistics.median(taken)
            found[f"{name}_cpu_p95_ms"] = statistics.quantiles(worked, n=20)[-1]
            sys.stderr.write(f"{name}: p95 {found[f'{name}_p95_ms']:.1f} ms\n")
    return found


if __name__ == "__main__":
    main()
