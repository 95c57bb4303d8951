"""The processes of the campaign: web, scheduler, Celery worker, operator. Each runs until it is killed."""

from __future__ import annotations

import json
import logging
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import waitress
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from engine import commands, unknown
from engine.engine import Engine, EngineSettings
from engine.errors import AmicaleError, CaseSuspended, NotFound
from engine.models import Effect, Incident, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from engine.worker import lanes
from tests.faults import guards, subject
from tests.faults.ledger import Ledger
from tests.faults.weather import Weather
from webapp.hints import Hints, celery_app
from webapp.worker import Workplace, consume

POLL = timedelta(milliseconds=200)
SETTINGS = EngineSettings(
    lease=timedelta(seconds=1), first_backoff=timedelta(milliseconds=50), longest_backoff=timedelta(milliseconds=500),
    machinery_attempts=30,
)  # fmt: skip
Answer = tuple[str, object]
LOOK = 0.2  # seconds between two looks of the operator, longer where the machine is late with everything
CERTAIN = 10  # looks in calm weather: by then every worker that slept has made its call


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process works, and what the weather is like."""

    url: str
    broker_url: str
    ledger: Ledger
    weather: Weather
    without: str  # the guard that is taken away, for the tests of the campaign itself

    def open(self, seed: int) -> Engine:
        """An engine of this process, with its failpoints."""
        guards.remove(self.without)
        engine = Engine.open(self.url, registry=subject.registry(self.ledger), settings=SETTINGS)
        engine = engine.beside(self.weather)
        if self.url.startswith("sqlite"):
            event.listen(engine.database, "connect", _quick)
        self.weather.failpoints(engine, random.Random(seed))
        return engine


def _quick(connection: sqlite3.Connection, record: object) -> None:
    """Processes die here, disks do not."""
    connection.execute("PRAGMA synchronous=OFF")


@dataclass(slots=True)
class Astray:
    """Hints on a bad day: lost, doubled, late and out of order."""

    hints: Hints
    weather: Weather
    chance: random.Random
    kept: list[UUID]

    def __call__(self, jobs: Sequence[UUID]) -> None:
        if not self.weather.stormy:
            self.hints(jobs)
            return
        for job in jobs:
            self.kept += [job] * self.chance.choice((0, 1, 1, 2))
        self.chance.shuffle(self.kept)
        send, self.kept = self.kept[:4], self.kept[4:]
        if self.chance.random() < 0.7:
            self.hints(send)


def web(place: Place, seed: int, port: int, *, scheduler: bool) -> None:
    """Answers requests; where it is embedded, its scheduler threads work as well."""
    engine = place.open(seed)
    if place.broker_url:
        hints = Hints(celery_app(place.broker_url))
        engine.doorbell.listeners.append(Astray(hints, place.weather, random.Random(seed), []))
    if scheduler:
        for each in lanes(engine, poll=POLL, share=0.5):
            each.start()
    last_words = partial(place.weather.last_words, random.Random(seed + 1))
    waitress.serve(application(engine, last_words), host="127.0.0.1", port=port, threads=4)


def application(
    engine: Engine, last_words: Callable[[], None]
) -> Callable[[dict[str, Any], Callable[..., object]], Iterable[bytes]]:
    """Each verb by its name; a request that cannot be carried out now is 503, one that never can 409. Before what was
    done is told comes the moment of `last_words`."""

    def answer(environ: dict[str, Any], begin: Callable[..., object]) -> Iterable[bytes]:
        asked = json.loads(environ["wsgi.input"].read())
        try:
            status, said = VERBS[environ["PATH_INFO"]](engine, asked)
            last_words()
        except AmicaleError as error:
            status, said = "409 Conflict", f"{type(error).__name__}: {error}"
        except DBAPIError as error:
            status, said = "503 Service Unavailable", type(error).__name__
        begin(status, [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    return answer


def start(engine: Engine, asked: dict[str, str]) -> Answer:
    label = asked["label"]
    with transaction(engine) as session:
        begun = commands.start(
            session, engine, subject.PROCESS_ID, {"label": label}, by=subject.CLERK, request_key=f"start {label}",
            business_key=label,
        )  # fmt: skip
    return "200 OK", str(begun.instance_id)


def open_task(engine: Engine, asked: dict[str, str]) -> Answer:
    query = select(UserTask.id).join(ProcessInstance, ProcessInstance.id == UserTask.instance_id).where(
        ProcessInstance.id == UUID(asked["case"]), UserTask.element == asked["element"]
    )  # fmt: skip
    with reading(engine) as session:
        found = session.execute(query).scalars().first()
    return "200 OK", None if found is None else str(found)


def complete(engine: Engine, asked: dict[str, str]) -> Answer:
    with transaction(engine) as session:
        commands.complete(
            session, engine, UUID(asked["task"]), {asked["element"]: asked["label"]}, by=subject.CLERK,
            request_key=f"complete {asked['task']}",
        )  # fmt: skip
    return "200 OK", True


def publish(engine: Engine, asked: dict[str, str]) -> Answer:
    with transaction(engine) as session:
        commands.correlate_message(
            session, engine, "paid", asked["label"], {"amount": 5}, source="bank", message_id=asked["label"],
            ttl=timedelta(days=1), by=subject.CLERK,
        )  # fmt: skip
    return "200 OK", True


VERBS: dict[str, Callable[[Engine, dict[str, str]], Answer]] = {
    "/start": start, "/task": open_task, "/complete": complete, "/publish": publish,
}  # fmt: skip


def scheduler(place: Place, seed: int) -> None:
    """`amicale worker` without a broker."""
    Workplace(lambda: place.open(seed), poll=POLL).open()
    threading.Event().wait()


def celery(place: Place, seed: int) -> None:
    """`amicale worker` with a broker: Celery's own pool of two processes."""
    seeds = iter(range(seed, seed + 1_000))
    workplace = Workplace(lambda: place.open(next(seeds)), place.broker_url, poll=POLL)
    consume(place.broker_url, workplace, pool="prefork", processes=2)


def operator(place: Place, seed: int) -> None:
    """A person who tries incidents again, and who looks at the world before deciding what nobody knows."""
    engine = place.open(seed)
    calm = 0
    while True:
        calm = 0 if place.weather.stormy else calm + 1
        try:
            operate(engine, place.ledger, certain=calm > CERTAIN)
        except (DBAPIError, AmicaleError) as error:
            logging.getLogger(__name__).info("the operator: %s", error)
        time.sleep(LOOK * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def operate(engine: Engine, ledger: Ledger, *, certain: bool) -> None:
    """One round of the operator."""
    with reading(engine) as session:
        unsure = [each.id for each in unknown.listed(session)]
        open_ = session.execute(select(Incident.id).where(Incident.resolved_at.is_(None))).scalars().all()
    went_out = {effect.key for effect in ledger.effects()} if unsure else set()
    for effect_id in unsure:
        with suppress(AmicaleError), transaction(engine) as session:
            key = session.get_one(Effect, effect_id).key
            # “Not gone” is said of a worker that is dead, never of one that may only be asleep.
            if key in went_out or certain:
                unknown.decide(session, engine, effect_id, went_out=key in went_out, by=subject.CLERK)
    for incident in open_:
        try:
            with transaction(engine) as session:
                commands.retry_incident(session, engine, incident, by=subject.CLERK)
        except (NotFound, CaseSuspended, AmicaleError):
            continue
