"""An office for measurements over HTTP: web processes (`amicale run`), a real database, people who can sign in."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from benchmarks.databases import serve
from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, parallel, process, start
from tests.fixtures.staff import PASSWORD, add_person
from webapp.assembly import open_engine
from webapp.database import upgrade
from webapp.settings import Settings

ROLE = "MEMBERSHIP"
FORM = {
    "type": "default", "id": "answer", "schemaVersion": 19,
    "components": [
        {"type": "radio", "id": "answer_verdict", "key": "verdict", "label": "Verdict",
         "values": [{"label": "Yes", "value": "YES"}, {"label": "No", "value": "NO"}], "validate": {"required": True}},
        {"type": "number", "id": "answer_pages", "key": "pages", "label": "Pages", "decimalDigits": 0,
         "validate": {"min": 1, "max": 99}},
    ],
}  # fmt: skip
ANSWER = {"verdict": "YES", "pages": "12"}


@dataclass(frozen=True, slots=True)
class WebProcess:
    """One process that serves pages."""

    port: int
    pid: int

    def cpu_s(self) -> float:
        """What all its threads have had of the processors, in seconds (Linux, schedstat)."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in threads) / 1e9


@dataclass(frozen=True, slots=True)
class Office:
    """Web processes, addresses that sign in with PASSWORD, and the engine beside them."""

    web: Sequence[WebProcess]
    people: Sequence[str]
    engine: Engine
    process_id: str

    def start(self, cases: int) -> list[list[UUID]]:
        """New cases; the open tasks of each."""
        started = []
        for _ in range(cases):
            with transaction(self.engine) as session:
                started.append(commands.start(session, self.engine, self.process_id, {}, by=SYSTEM).instance_id)
        with reading(self.engine) as session:
            return [
                list(session.scalars(select(UserTask.id).where(UserTask.instance_id == each)).all()) for each in started
            ]


@contextmanager
def office(kind: str, *, processes: int, people: int, tasks: int) -> Iterator[Office]:
    """Opens with so many web processes and people, and a process of so many parallel tasks for their role."""
    with ExitStack() as stack:
        server = stack.enter_context(serve(kind))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amicale-office-")))
        settings = Settings(database_url=server.url, var_directory=folder, secret_key="benchmarks " * 4).completed()
        engine = stack.enter_context(open_engine(settings))
        upgrade(engine.database)
        furnish(engine, tasks)
        addresses = [hire(engine, number) for number in range(people)]
        web = [stack.enter_context(_web_process(settings, scheduler=number == 0)) for number in range(processes)]
        yield Office(web, addresses, engine, "desk")


def furnish(engine: Engine, tasks: int) -> None:
    """Deploys the process `desk`: so many parallel tasks with a form."""
    with transaction(engine) as session:
        commands.deploy(session, engine, _resources(tasks), by=SYSTEM)


def hire(engine: Engine, number: int) -> str:
    """A person who may do the tasks; answers the address that signs in with PASSWORD."""
    person = add_person(engine, f"Clerk{number}", "Exemple", ROLE, password=PASSWORD)
    return f"{person.first_names}.{person.birth_name}@example.org".lower()


def _resources(tasks: int) -> dict[str, bytes]:
    names = [f"task_{number}" for number in range(tasks)]
    work = [
        f'<userTask id="{name}" name="Read the file"><extensionElements><zeebe:userTask/>'
        f'<zeebe:formDefinition formId="answer" bindingType="deployment"/>'
        f'<zeebe:assignmentDefinition candidateGroups="{ROLE}"/></extensionElements></userTask>'
        for name in names
    ]
    flows = ["begin -> fork", *(f"fork -> {name}" for name in names), *(f"{name} -> join" for name in names)]
    diagram = process("desk", [start(), parallel("fork"), *work, parallel("join"), end()], [*flows, "join -> done"])
    return {"desk.bpmn": diagram, "answer.form": json.dumps(FORM).encode()}


@contextmanager
def _web_process(settings: Settings, *, scheduler: bool) -> Iterator[WebProcess]:
    """`amicale run` until the block ends. Raises RuntimeError where it does not answer within a minute."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = settings.var_directory / f"web-{port}.log"
    environment = os.environ | {
        "AMICALE_DATABASE_URL": settings.database_url, "AMICALE_VAR_DIRECTORY": str(settings.var_directory),
        "AMICALE_SECRET_KEY": settings.secret_key, "AMICALE_LISTEN_PORT": str(port),
        "AMICALE_SCHEDULER": "yes" if scheduler else "no", "AMICALE_LOG_LEVEL": "WARNING",
    }  # fmt: skip
    command = [sys.executable, "-m", "webapp.cli", "run", "--no-demo"]
    with log.open("wb") as written:
        running = subprocess.Popen(command, env=environment, stdout=written, stderr=written)
    try:
        _await_answer(port, running, log)
        yield WebProcess(port, running.pid)
    finally:
        running.terminate()
        running.wait(timeout=30)


def _await_answer(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    end_ = time.monotonic() + 60
    while time.monotonic() < end_ and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text(errors="replace")[-2000:])
