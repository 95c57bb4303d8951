"""What completing a task costs over HTTP: form, CSRF token, session, validation, the engine, redirect.

    python -m benchmarks.web [--database sqlite|postgresql] [--users N] [--think S] [--tasks T]

`amicale run` serves, as it does in production (waitress, with the scheduler); people sign in with their passwords.
First one person alone completes tasks: the CPU time that the web process has had for each POST, and for each page,
is read from the kernel; then for each POST of a page that turns in place, as browsers with our code do, whose answer is
the page of the next task with the list beside it (`turn_cpu_ms`: one of those instead of a POST and a page). Then all
do, each on a connection of his own, with pauses of S seconds on average between the redirect and the next page. The
clients are other processes; their CPU does not count. The last line is one JSON object: `completion_p95_ms` is the POST
up to the redirect as a client sees it, `cpu_ms` the median of its CPU.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from benchmarks.browser import HIDDEN, Browser
from benchmarks.figures import finish
from benchmarks.office import ANSWER, Office, WebProcess, office

ALONE, WARM, CLIENTS = 60, 20, 5
Times = tuple[list[float], list[float], int]  # seconds of completions and of pages, failures


def main() -> None:
    arguments = _arguments()
    alone = 2 * WARM + 2 * ALONE + 1
    needed = alone + arguments.users * arguments.tasks
    with office(arguments.database, processes=1, people=arguments.users, tasks=1) as it:
        tasks = [task for (task,) in it.start(needed)]
        cpu, page_cpu = _alone(it, tasks[: WARM + ALONE])
        turn_cpu = _turning(it, tasks[WARM + ALONE])
        begun = time.perf_counter()
        completions, pages, failures = _together(it, tasks[alone:], arguments.tasks, arguments.think)
        lasted = time.perf_counter() - begun
    finish(
        {
            "database": arguments.database, "users": arguments.users, "completions": len(completions),
            "failures": failures, "completions_per_s": len(completions) / lasted,
            "completion_p50_ms": 1000 * statistics.median(completions),
            "completion_p95_ms": 1000 * statistics.quantiles(completions, n=20)[-1],
            "page_p50_ms": 1000 * statistics.median(pages),
            "page_p95_ms": 1000 * statistics.quantiles(pages, n=20)[-1],
            "cpu_ms": 1000 * statistics.median(cpu), "page_cpu_ms": 1000 * statistics.median(page_cpu),
            "turn_cpu_ms": 1000 * statistics.median(turn_cpu),
        }
    )  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument(
        "--think", type=float, default=5.0, help="seconds between a redirect and the next page, average"
    )
    parser.add_argument("--tasks", type=int, default=6, help="tasks a person")
    return parser.parse_args()


def _alone(it: Office, tasks: Sequence[UUID]) -> tuple[list[float], list[float]]:
    """Seconds of CPU for each completion, and for each page of a task."""
    web, browser = it.web[0], Browser(it.web[0].port)
    browser.sign_in(it.people[0])
    completions, pages = [], []
    for task in tasks:
        before = _settled(web)
        _, hidden = browser.open(task)
        between = _settled(web)
        answer = browser.post(f"/tasks/{task}?tab=queue", {**hidden, **ANSWER})
        after = _settled(web)
        if answer.status != 303:
            raise RuntimeError(f"a completion was answered with {answer.status}")
        pages.append(between - before)
        completions.append(after - between)
    return completions[WARM:], pages[WARM:]


def _turning(it: Office, task: UUID) -> list[float]:
    """Seconds of CPU for each completion whose answer is the page of the next task; from this one on."""
    web, browser = it.web[0], Browser(it.web[0].port)
    browser.sign_in(it.people[0])
    page, turns, path = browser.open(task)[0], [], f"/tasks/{task}?tab=queue"
    for _ in range(WARM + ALONE):
        before = _settled(web)
        page = browser.turn(path, {**dict(HIDDEN.findall(page.text)), **ANSWER})
        turns.append(_settled(web) - before)
        if page.status != 200 or not page.location:
            raise RuntimeError(f"a completion in place was answered with {page.status}")
        path = page.location
    return turns[WARM:]


def _settled(web: WebProcess) -> float:
    """Its CPU once the thread that answered has gone back to sleep."""
    time.sleep(0.01)
    return web.cpu_s()


def _together(it: Office, tasks: Sequence[UUID], each: int, think: float) -> Times:
    """Everybody's completions at once, from client processes of some people each."""
    shares = [(person, tasks[number * each : (number + 1) * each]) for number, person in enumerate(it.people)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(CLIENTS) as pool:
        parts = [(it.web[0].port, shares[start::CLIENTS], think, start) for start in range(min(CLIENTS, len(shares)))]
        results = pool.map(_client, parts)
    completions = [seconds for result in results for seconds in result[0]]
    pages = [seconds for result in results for seconds in result[1]]
    return completions, pages, sum(result[2] for result in results)


def _client(part: tuple[int, Sequence[tuple[str, Sequence[UUID]]], float, int]) -> Times:
    port, shares, think, seed = part
    signing = threading.Lock()  # passwords are slow on purpose: one at a time
    with ThreadPoolExecutor(len(shares)) as threads:
        results = list(threads.map(lambda share: _person(port, *share, think, signing, seed), shares))
    return [s for r in results for s in r[0]], [s for r in results for s in r[1]], sum(r[2] for r in results)


def _person(port: int, address: str, tasks: Sequence[UUID], think: float, signing: threading.Lock, seed: int) -> Times:
    chance, browser = random.Random(f"{seed} {address}"), Browser(port)
    with signing:
        browser.sign_in(address)
    completions, pages, failures = [], [], 0
    for task in tasks:
        time.sleep(chance.expovariate(1 / think) if think else 0)
        page, hidden = browser.open(task)
        answer = browser.post(f"/tasks/{task}?tab=queue", {**hidden, **ANSWER})
        pages.append(page.seconds)
        completions.append(answer.seconds)
        failures += answer.status != 303
    return completions, pages, failures


if __name__ == "__main__":
    main()
