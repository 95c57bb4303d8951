"""Traces go to the collector that is named, without what people write; where none is named, nothing is imported."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.ports import QUICK

PROGRAM = """
import sys
from uuid import uuid4
from engine.history import record
from engine.transaction import transaction
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.settings import Settings

settings = Settings.from_environment()
with open_engine(settings) as engine:
    app = create_app(settings, engine)
    app.test_client().get("/health/ready", base_url="http://127.0.0.1:8000")
    print(app.test_client().get("/cases?q=durand", base_url="http://127.0.0.1:8000").status_code)
    with transaction(engine) as session:
        record(session, engine, uuid4(), "case_started")
    engine.observer.tell_ran("timer", 0.25)
print(sorted(name for name in sys.modules if name.startswith("opentelemetry")) != [])
"""


class Collector(http.server.ThreadingHTTPServer):
    """Keeps the spans it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.spans: list[object] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/traces"


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        assert isinstance(self.server, Collector)
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        threading.Thread(target=server.serve_forever, args=[QUICK], daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def var(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """The folder of an installation whose tables are made."""
    folder = tmp_path / "var"
    folder.mkdir()
    shutil.copyfile(migrated_sqlite, folder / "amicale.db")
    return folder


def run(var: Path, **more: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AMICALE_", "OTEL_"))}
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**environment, "AMICALE_VAR_DIRECTORY": str(var), **more},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    return said.stdout.splitlines()


def test_spans_of_requests_statements_and_jobs_arrive(collector: Collector, var: Path) -> None:
    assert run(var, AMICALE_TRACES_URL=collector.url) == ["303", "True"]
    names = [str(getattr(span, "name", "")) for span in collector.spans]
    assert "job timer" in names
    assert any("/cases" in name for name in names), names
    assert any(name.startswith("SELECT") for name in names), names
    assert any(name.startswith("INSERT") for name in names), names  # those of the hot path too
    assert "durand" not in "".join(map(str, collector.spans))


def test_nothing_is_imported_where_nobody_asks(var: Path) -> None:
    assert run(var) == ["303", "False"]
