"""While nothing may leave the house, connectors wait in their order and everything else goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from engine.jobs import next_due
from engine.muting import held_back, mute, muted, unmute
from engine.registry import ConnectorWork
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
