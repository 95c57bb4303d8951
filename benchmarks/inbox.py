"""What lists cost at size: the first pages of inbox, queue and case search, as the pages ask for them.

    python -m benchmarks.inbox --tasks 1000000 --history 10000000 --database sqlite|postgresql

Fills a real database (`benchmarks.backlog`), then asks as people with real roles do. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable

from flask import Flask
from werkzeug.datastructures import MultiDict

from benchmarks.backlog import ELEMENTS, ROLES, STAFF, WORDS, fill, person
from benchmarks.databases import serve
from benchmarks.figures import finish
from benchmarks.subject import PROCESS_ID
from engine.assignment import Actor
from engine.engine import Engine
from engine.inbox import Filters
from engine.transaction import reading
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.authorize import Viewer
from webapp.inbox import listing as inbox_page
from webapp.operations import listing as cases_page
from webapp.settings import Settings


def main() -> None:
    arguments = _arguments()
    with serve(arguments.database) as server:
        settings = Settings(database_url=server.url, secret_key="x" * 40).completed()
        began = time.perf_counter()
        fill(server.url, arguments.tasks // 2, arguments.history)
        filled = time.perf_counter() - began
        with open_engine(settings) as engine:
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


def _measure(engine: Engine, app: Flask, rounds: int) -> dict[str, float]:
    """First pages, each for another person: a role or two, the processes that those own."""
    rng = random.Random(3)

    def viewer(number: int) -> Viewer:
        actor = Actor(person(number), "Somebody", frozenset(rng.sample(ROLES, 2)))
        return Viewer(actor, frozenset({actor.id}), frozenset({PROCESS_ID}), staff=True)

    def page(tab: inbox_page.Tab) -> Callable[[int], object]:
        def ask(number: int) -> object:
            with reading(engine) as session:
                filters = Filters()
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
        filters = Filters(text=(f"REQ-{rng.randrange(1000):07}", rng.choice(WORDS), "Martin")[number % 3])
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
