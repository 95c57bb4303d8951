"""Corpus B through deployment: every file is refused by name and nothing of its companions is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import func, select

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.errors import DeploymentRefused
from engine.jobs import run_due
from engine.models import Deployment, Incident, Job, ProcessDefinition, ProcessInstance, Resource, Subscription
from engine.transaction import reading, transaction
from tests.engine.bpmn.drawing import document, end, flows, gateway, many, script, start, user, when
from tests.engine.dmn.models import decision, definitions, literal, table
from tests.security.corpora import BODY, FILES, XINCLUDE

ADMIN = Actor("person:admin", "Admin", frozenset({"ADMIN"}))
GOOD = document(BODY, process_id="companion")
DECISIONS = {
    "a cell of 16,000 questions": definitions(decision("d", table("UNIQUE", "a", "r", "?" * 16_000 + " => 1"))),
    "a bomb": b'<!DOCTYPE d [<!ENTITY a "lol">]>' + definitions(decision("d", literal("&a;"))),
    "an external dtd": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">' + definitions(decision("d", literal("1"))),
    "python": definitions(decision("d", literal("().__class__"))),
    "a picture": b"\x89PNG\r\n\x1a\n",
    "nothing": b"",
    "depth 300": definitions("<a>" * 300 + "</a>" * 300),
    "depth 300 of contexts": definitions(
        decision("d", "<context><contextEntry>" * 300 + "</contextEntry></context>" * 300)
    ),
    "too long": definitions(" " * 2_100_000),
}  # fmt: skip
FORMS = {
    "no json": b"{",
    "no form": b"[]",
    "no id": b"{}",
    "deep": b"[" * 100_000,
    "bytes": b"\xff\xfe",
    "a null": b"null",
}


@pytest.fixture
def engine(sqlite_database: str) -> Iterator[Engine]:
    """On SQLite alone: what is refused never reaches the database."""
    with Engine.open(sqlite_database) as made:
        yield made


def deploy(engine: Engine, files: Mapping[str, bytes]) -> None:
    with transaction(engine) as session:
        commands.deploy(session, engine, files, by=ADMIN)


def rows(engine: Engine) -> list[int]:
    """How much is stored, table by table."""
    tables = (Deployment, Resource, ProcessDefinition, Subscription, Job, ProcessInstance)
    with reading(engine) as session:
        return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def check_refused(engine: Engine, name: str, body: bytes) -> DeploymentRefused:
    """The file beside a good one: both are refused together."""
    before = rows(engine)
    with pytest.raises(DeploymentRefused) as refused:
        deploy(engine, {"a.bpmn": GOOD, name: body})
    assert rows(engine) == before
    assert len(refused.value.message) < 10_000
    return refused.value


@pytest.mark.parametrize("name", FILES)
@pytest.mark.timeout(10)
def test_a_hostile_diagram(engine: Engine, name: str) -> None:
    code, body = FILES[name]
    assert code in {finding.code for finding in check_refused(engine, "b.bpmn", body).findings}


@pytest.mark.timeout(10)
def test_a_hostile_table(engine: Engine) -> None:
    for body in DECISIONS.values():
        check_refused(engine, "b.dmn", body)


@pytest.mark.timeout(10)
def test_a_hostile_form(engine: Engine) -> None:
    for body in FORMS.values():
        check_refused(engine, "b.form", body)


def test_one_id_in_two_files(engine: Engine) -> None:
    assert "duplicate_id" in {finding.code for finding in check_refused(engine, "b.bpmn", GOOD).findings}
    twice = json.dumps({"type": "default", "id": "same", "components": []}).encode()
    with pytest.raises(DeploymentRefused):
        deploy(engine, {"a.form": twice, "b.form": twice})


def test_nothing_is_read_from_outside(engine: Engine) -> None:
    deploy(engine, {"a.bpmn": document(BODY + XINCLUDE)})
    with transaction(engine) as session:
        case = commands.start(session, engine, "p", by=ADMIN).instance_id
    with reading(engine) as session:
        assert "root:" not in session.get_one(ProcessInstance, case).state


def run(engine: Engine, body: str, process_id: str = "p") -> list[str]:
    """Deploys, starts and runs it to a standstill; answers the codes of its incidents."""
    deploy(engine, {"a.bpmn": document(body, process_id=process_id)})
    with transaction(engine) as session:
        commands.start(session, engine, process_id, {"n": 0}, by=ADMIN)
    run_due(engine, limit=200)
    with reading(engine) as session:
        return sorted(session.execute(select(Incident.code)).scalars())


CALL = (
    '<callActivity id="c"><extensionElements><zeebe:calledElement processId="{}"/></extensionElements></callActivity>'
)


@pytest.mark.timeout(20)
def test_processes_that_call_each_other_stop_at_the_limit(engine: Engine) -> None:
    deploy(engine, {"b.bpmn": document(start() + CALL.format("p") + flows("start c"), process_id="b")})
    assert run(engine, start() + CALL.format("b") + flows("start c")) == ["too_deep"]
    with reading(engine) as session:
        assert session.execute(select(func.count()).select_from(ProcessInstance)).scalar_one() == 11


@pytest.mark.timeout(30)
def test_an_endless_loop_of_scripts_stands_still(engine: Engine) -> None:
    """It has a way out, so that it is deployed; no value ever takes it."""
    body = start() + gateway("exclusive", "g", default="s") + script("s", "n", "n + 1") + end()
    body += flows("start g s g") + when("g", "end", "n < 0")
    assert run(engine, body) == ["endless_loop"]


@pytest.mark.timeout(10)
@pytest.mark.parametrize("collection", ["[1..1000000]", "for i in 1..1000000 return i", "-1", "null"])
def test_a_cardinality_without_measure_is_an_incident(engine: Engine, collection: str) -> None:
    [code] = run(engine, start() + user("a", inner=many(collection)) + flows("start a"))
    assert code in {"too_many_instances", "budget_exceeded", "not_a_list"}
