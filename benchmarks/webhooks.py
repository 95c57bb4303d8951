"""How fast an event of another system is answered while events come in and a scheduler delivers them.

    python -m benchmarks.webhooks --database postgresql --rate 50 --seconds 10

The web server runs in a process of its own, with its scheduler, as `amicale run` does. Events are sent at a fixed rate
over several connections; one that must wait for those before it counts its wait (no coordinated omission). The last
line is one JSON object: `p50_ms`, `p95_ms` and `p99_ms` from the moment an event is due to leave until its answer is
read, `cpu_ms` the server's CPU an event (answer and delivery), `per_s` what was answered, `refused` what was not
taken, `delivered` the messages that jobs made of them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from benchmarks.databases import serve
from benchmarks.figures import finish
from benchmarks.subject import opened
from engine.jobs import run_due
from engine.models import Message
from engine.outside.signatures import headers_for, secret_of
from engine.transaction import reading
from engine.worker import Scheduler
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.serving import open_server
from webapp.settings import Settings
from webapp.tables import METADATA

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ADDRESS = "/webhooks/events/crm"


@dataclass(slots=True)
class Sent:
    """What the connections measured."""

    waits: list[float] = field(default_factory=list)
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--serve", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        answer(arguments.serve[0], Path(arguments.serve[1]))
        return
    with serve(arguments.database) as server, TemporaryDirectory() as folder:
        with opened(server.url) as engine:
            METADATA.create_all(engine.database)
        command = [sys.executable, "-m", "benchmarks.webhooks", "--serve", server.url, folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            load(port, 20, 20, arguments.connections, "warm")
            before = spent(process)
            sent, took = load(port, arguments.rate * arguments.seconds, arguments.rate, arguments.connections, "event")
            cpu_s = spent(process) - before
            process.terminate()
        with opened(server.url) as engine:
            run_due(engine)
            with reading(engine) as session:
                delivered = session.scalar(select(func.count()).select_from(Message)) or 0
    waits = sorted(sent.waits)
    finish(
        {
            "database": arguments.database,
            "rate": arguments.rate,
            "connections": arguments.connections,
            "p50_ms": 1000 * share(waits, 0.5),
            "p95_ms": 1000 * share(waits, 0.95),
            "p99_ms": 1000 * share(waits, 0.99),
            "per_s": len(waits) / took,
            "cpu_ms": 1000 * cpu_s / len(waits),
            "refused": sent.refused,
            "delivered": delivered - 20,
        }
    )


def spent(process: subprocess.Popen[str]) -> float:
    """The CPU seconds of the server until now."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def answer(url: str, folder: Path) -> None:
    """The web server with its scheduler, until it is ended."""
    settings = Settings(
        var_directory=folder, database_url=url, secret_key="x" * 32, listen_port=0,
        webhook_events={"crm": "profile_changed"}, webhook_secrets={"crm": SECRET},
    ).completed()  # fmt: skip
    with open_engine(settings) as engine:
        server = open_server(create_app(settings, engine), settings)
        Scheduler(engine).start()
        sys.stdout.write(f"{server.effective_port}\n")
        sys.stdout.flush()
        threading.Thread(target=server.run, daemon=True).start()
        for _ in sys.stdin:
            sys.stdout.write(f"{time.process_time()}\n")
            sys.stdout.flush()


def load(port: int, count: int, rate: int, connections: int, name: str) -> tuple[Sent, float]:
    """Sends so many events at this rate, each at its own moment; answers what was measured and how long it took."""
    sent, numbers, begin = Sent(), iter(range(count)), time.perf_counter() + 0.2

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with sent.lock:
                number = next(numbers, None)
            if number is None:
                connection.close()
                return
            due = begin + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            event = {"type": "profile_changed", "key": f"{name}-{number}", "data": {"score": number}}
            body = json.dumps(event).encode()
            signed = headers_for([secret_of(SECRET)], f"{name}-{number}", datetime.now(UTC), body)
            connection.request("POST", ADDRESS, body, {"Host": f"127.0.0.1:{port}", **signed})
            found = connection.getresponse()
            found.read()
            with sent.lock:
                sent.waits.append(time.perf_counter() - due)
                sent.refused += found.status != 202

    threads = [threading.Thread(target=send) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sent, time.perf_counter() - begin


def share(waits: list[float], part: float) -> float:
    """The wait that this part of all stays below."""
    return waits[min(len(waits) - 1, int(part * len(waits)))]


if __name__ == "__main__":
    main()
