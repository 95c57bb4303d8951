"""While nothing may leave the house, connectors wait in their order and everything else goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import insert

from engine.jobs import next_due
from engine.models import Job
from engine.muting import held_back, mute, muted, unmute
from engine.registry import Connector, ConnectorWork
from engine.store import job_row
from engine.transaction import reading, transaction
from tests.engine.test_jobs import MAIL, WAITING
from tests.fixtures.engines import Bench


def test_connectors_wait_and_leave_in_the_order_in_which_they_were_due(bench: Callable[..., Bench]) -> None:
    sent: list[object] = []

    def send(work: ConnectorWork) -> None:
        sent.append(work.instance_id)

    it = bench(connector={"mail.send": send})
    it.deploy(MAIL, WAITING)
    with transaction(it.engine) as session:
        mute(session, it.engine, "operator", "restored")
        mute(session, it.engine, "somebody else")
    cases = []
    for _ in range(3):
        cases.append(it.start("mail"))
        it.clock.advance(timedelta(minutes=1))
    waiting = it.start("waiting")
    assert it.run() == 0
    assert next_due(it.engine) == it.clock.now() + timedelta(days=1), "a scheduler sleeps until the timer"
    it.later(timedelta(days=1))
    assert set(it.open(waiting)) == {"look"}, "a timer fires all the same"
    with reading(it.engine) as session:
        found = muted(session)
        assert found is not None
        assert (found.by, found.reason) == ("operator", "restored")
        assert [(each.type, each.count) for each in held_back(session, it.clock.now())] == [("mail.send", 3)]
    assert sent == []
    with transaction(it.engine) as session:
        assert unmute(session)
        assert not unmute(session)
    assert it.run() == 3
    assert sent == cases


def test_what_answers_somebody_leaves_all_the_same(bench: Callable[..., Bench]) -> None:
    """A code to sign in with, asked for now: else nobody could come in to open the rest."""
    sent: list[str] = []
    it = bench(
        connectors=[
            Connector("mail.send", lambda _work: sent.append("mail")),  # type: ignore[func-returns-value]
            Connector("code.send", lambda _work: sent.append("code"), answers=True),  # type: ignore[func-returns-value]
        ]
    )

    def ask(type_: str) -> None:
        row = job_row(None, "", "connector", it.clock.now(), id_=uuid4(), type_=type_, payload={"variables": {}})
        with transaction(it.engine) as session:
            session.execute(insert(Job), [row])

    for type_ in ("code.send", "mail.send"):
        ask(type_)
    with transaction(it.engine) as session:
        mute(session, it.engine, "operator", "restored")
    assert it.run() == 0, "what was asked for before the restore answers nobody any more"
    ask("code.send")
    assert it.run() == 1
    assert sent == ["code"]
    with transaction(it.engine) as session:
        unmute(session)
        mute(session, it.engine, "operator", "asked")
    ask("code.send")
    assert it.run() == 1
    assert [job.type for job in it.jobs()] == ["mail.send"]
