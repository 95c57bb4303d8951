"""What other systems tell us: signed, in time, once, and only what they may; delivered by a job."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import commands, stuck
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job, Message, UserTask
from engine.outside.signatures import headers_for, secret_of
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import catch, end, message, process, reference, start, user_task
from tests.fixtures.pages import LookedAtPages
from webapp.outside import senders
from webapp.settings import SettingRefused, Settings

NEW, OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
WAITING = process(
    "waiting",
    [start(), catch("wait", reference("message", "m1")), user_task("look"), end()],
    ["begin -> wait", "wait -> look", "look -> done"],
    top=[message("m1", "profile_changed", "key")],
)
EVENT = {"type": "profile_changed", "key": "k-1", "data": {"score": 1.5}}


@pytest.fixture
def heard(app: Flask, settings: Settings, web_engine: Engine) -> Iterator[LookedAtPages]:
    """The application with one sender, and a case that waits for what it says."""
    told = replace(settings, webhook_events={"crm": "profile_changed"}, webhook_secrets={"crm": f"{NEW} {OLD}"})
    app.extensions["amicale.senders"] = senders(told.completed())
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"w.bpmn": WAITING}, by=SYSTEM)
        commands.start(session, web_engine, "waiting", {"key": "k-1"}, by=SYSTEM)
    client = app.test_client()
    assert isinstance(client, LookedAtPages)
    yield client


def tell(
    client: LookedAtPages, clock: VirtualClock, event: object = EVENT, *, id_: str = "e-1", secret: str = NEW,
    sender: str = "crm", late: timedelta = timedelta(0),
) -> TestResponse:  # fmt: skip
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    signed = headers_for([secret_of(secret)], id_, clock.now() - late, body)
    return client.post(f"/webhooks/events/{sender}", data=body, headers=signed)


def looks(engine: Engine) -> int:
    with reading(engine) as session:
        return len(session.scalars(select(UserTask)).all())


def test_an_event_is_durable_when_it_is_answered_and_delivered_by_a_job(
    heard: LookedAtPages, web_engine: Engine, clock: VirtualClock
) -> None:
    answer = tell(heard, clock)
    assert (answer.status_code, answer.get_json()) == (202, {"accepted": True, "id": "e-1"})
    with reading(web_engine) as session:
        assert [job.kind for job in session.scalars(select(Job))] == ["publish"]
    assert looks(web_engine) == 0
    run_due(web_engine)
    assert looks(web_engine) == 1


@pytest.mark.parametrize("delivered_between", [False, True])
def test_the_same_event_again_changes_nothing(
    heard: LookedAtPages, web_engine: Engine, clock: VirtualClock, delivered_between: bool
) -> None:
    with transaction(web_engine) as session:
        commands.start(session, web_engine, "waiting", {"key": "k-1"}, by=SYSTEM)
    for _ in range(3):
        assert tell(heard, clock).status_code == 202
        if delivered_between:
            run_due(web_engine)
    run_due(web_engine)
    assert looks(web_engine) == 1
    with reading(web_engine) as session:
        assert len(session.scalars(select(Message)).all()) == 1


def test_a_secret_is_changed_without_a_gap(heard: LookedAtPages, clock: VirtualClock) -> None:
    assert tell(heard, clock, secret=OLD).status_code == 202
    assert tell(heard, clock, secret="whsec_" + "B" * 32).status_code == 401


@pytest.mark.parametrize(
    ("event", "status"),
    [(b"", 400), (b"[" * 100_000, 413), (b"[" * 60_000, 400), (b"\xff", 400), ([1], 400),
     ({"type": "payment_confirmed"}, 400),
     ({**EVENT, "key": {}}, 400), ({**EVENT, "key": "x" * 1_000}, 400), ({**EVENT, "key": "a\0"}, 400),
     ({**EVENT, "data": {"__class__": 1}}, 400), ({**EVENT, "data": {"today": 1}}, 202), ({**EVENT, "data": []}, 400),
     (b'{"type": "profile_changed", "data": {"n": 1e999999999}}', 400), ({**EVENT, "key": 7}, 202)],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    heard: LookedAtPages, web_engine: Engine, clock: VirtualClock, event: object, status: int
) -> None:
    assert tell(heard, clock, event).status_code == status
    with reading(web_engine) as session:
        assert len(session.scalars(select(Job)).all()) == (status == 202)


def test_who_is_late_or_unknown_is_refused(heard: LookedAtPages, web_engine: Engine, clock: VirtualClock) -> None:
    assert tell(heard, clock, late=timedelta(minutes=6)).status_code == 401
    assert tell(heard, clock, sender="nobody").status_code == 404
    assert heard.post("/webhooks/events/crm", data=b"{}").status_code == 401
    with reading(web_engine) as session:
        assert session.scalars(select(Job)).all() == []


def test_what_cannot_be_delivered_is_held_with_its_reason(
    heard: LookedAtPages, web_engine: Engine, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    tell(heard, clock)
    with monkeypatch.context() as broken:
        broken.setattr("engine.jobwork.publishing.publish", fail)
        for _ in range(40):
            run_due(web_engine)
            clock.advance(timedelta(hours=7))
    with transaction(web_engine) as session:
        (held,) = stuck.held_errands(session)
        assert held.error == "OSError"
        stuck.run_again(session, web_engine, held.id)
    run_due(web_engine)
    assert looks(web_engine) == 1


@pytest.mark.parametrize(
    "said",
    [{"webhook_events": {"crm": "x"}}, {"webhook_events": {"crm": "x"}, "webhook_secrets": {"crm": "weak"}},
     {"webhook_receivers": {"crm": "ftp://x"}, "webhook_secrets": {"crm": NEW}}, {"http_origins": "https://a/b"}],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(settings: Settings, said: dict[str, object]) -> None:
    with pytest.raises(SettingRefused):
        replace(settings, **said).completed()  # type: ignore[arg-type]
