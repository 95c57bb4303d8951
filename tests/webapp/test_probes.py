"""What machines ask: alive, ready, figures; and who may read the figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from engine.muting import mute
from engine.transaction import transaction
from engine.worker import Scheduler
from tests.fixtures.cases import DEPLOYER, start_review
from webapp import database
from webapp.app import create_app
from webapp.browser_code import Manifest
from webapp.serving import health_of
from webapp.settings import Settings

TOKEN = "a token that only Prometheus and this test know"


def figures(app: Flask, **more: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The samples of /metrics, as Prometheus reads them from this machine."""
    answer = app.test_client().get("/metrics", base_url="http://127.0.0.1:8000", **more)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def migrated(web_engine: Engine) -> None:
    """The tables of the fixture as a migrated database has them."""
    with web_engine.database.begin() as connection:
        newest = database.newest()
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{newest}')")


@pytest.mark.usefixtures("migrated")
def test_ready_is_what_can_work(app: Flask, web_engine: Engine) -> None:
    browser = app.test_client()
    local = {"base_url": "http://127.0.0.1:8000"}
    assert browser.get("/health/live").json == {"live": True}
    assert browser.get("/health/ready", **local).json == {
        "ready": True, "checks": {"stopping": "ok", "database": "ok", "schema": "ok"}
    }  # fmt: skip
    health = health_of(app)
    health.schedulers.append(Scheduler(web_engine))
    answer = browser.get("/health/ready", **local)
    assert answer.status_code == 503
    assert answer.json["checks"]["scheduler_all"] == "stands still"
    health.schedulers.clear()
    health.stopping.set()
    assert browser.get("/health/ready").status_code == 503
    assert browser.get("/health/live").status_code == 200, "a process that stops is alive"


def test_a_database_that_is_behind_or_away_is_not_ready(
    settings: Settings, web_engine: Engine, manifest: Manifest
) -> None:
    app = create_app(settings, web_engine, manifest=manifest)
    local = {"base_url": "http://127.0.0.1:8000"}
    behind = app.test_client().get("/health/ready", **local)
    assert (behind.status_code, behind.json["checks"]["schema"][:6]) == (503, "behind")
    with Engine.open("postgresql://nobody@127.0.0.1:1/nothing") as nowhere:
        away = create_app(settings, nowhere, manifest=manifest).test_client()
        assert away.get("/health/live").status_code == 200
        assert away.get("/health/ready", **local).json["checks"]["database"] == "does not answer"
        assert away.get("/metrics", **local).status_code == 503


@pytest.mark.usefixtures("review")
def test_what_happened_is_counted_by_process(app: Flask, web_engine: Engine, clock: VirtualClock) -> None:
    case = start_review(web_engine)
    with transaction(web_engine) as session:
        task = session.scalars(select(UserTask.id).where(UserTask.instance_id == case)).one()
        commands.complete(session, web_engine, task, {"verdict": "YES"}, by=DEPLOYER)
        session.get_one(ProcessInstance, case).incidents = 2
        mute(session, web_engine, "operator")
    with pytest.raises(ZeroDivisionError), transaction(web_engine) as session:
        rolled_back = session.scalars(select(UserTask.id).where(UserTask.state == "created")).one()
        commands.complete(session, web_engine, rolled_back, by=DEPLOYER)
        _ = 1 / 0
    start_review(web_engine)
    clock.advance(web_engine.settings.lease * 10_000)
    app.test_client().get("/sign-in")
    found = figures(app)
    assert found["amicale_completions_total", (("process", "review"),)] == 1
    assert found["amicale_incidents_open", (("process", "review"),)] == 2
    assert found["amicale_muted", ()] == 1
    assert found["amicale_job_lag_seconds", (("process", "review"), ("type", ""))] > 0
    assert found["amicale_request_seconds_count", (("endpoint", "people.sign_in"), ("status", "2xx"))] == 1
    assert found["amicale_pool_connections", (("state", "most"),)] > 0
    assert not [name for name, labels in found if "person:" in str(labels)]


def test_the_figures_are_for_this_machine_and_for_the_token(
    production: Settings, web_engine: Engine, manifest: Manifest
) -> None:
    app = create_app(replace(production, metrics_token=TOKEN), web_engine, manifest=manifest)
    browser = app.test_client()
    public, local = "https://amicale.example", "http://127.0.0.1:8000"
    assert browser.get("/metrics", base_url=public).status_code == 403, "a proxy on this machine speaks for anybody"
    assert browser.get("/metrics", base_url=local, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 403
    assert browser.get("/metrics", base_url=local, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 403
    assert browser.get("/metrics", base_url=public, headers={"Authorization": "Bearer no"}).status_code == 403
    assert browser.get("/metrics", base_url=public, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert browser.get("/metrics", base_url=local).status_code == 200
    assert browser.post("/metrics", base_url=local).status_code == 405
    assert browser.get("/health/ready", base_url="http://10.0.0.7").json.keys() == {"ready"}, "no details for others"
