"""Nobody approves what is about himself or what he asked for, whatever his roles are (domain §1.3a)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import commands, inbox, tally
from engine.assignment import Actor
from engine.audit import audit_cases
from engine.errors import FourEyes, NotFound
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import ADMIN, CLERK, COLLEAGUE, Bench

ROLE = "MEMBERSHIP"


def properties(name: str, value: str) -> str:
    return f'<zeebe:properties><zeebe:property name="{name}" value="{value}"/></zeebe:properties>'


TWICE = process(
    "twice",
    [
        start(),
        user_task("propose", groups=ROLE, extra=properties("task.completed_by", "proposer")),
        user_task("approve", groups=ROLE, extra=properties("task.excluded", "=[proposer, about]")),
        end(),
    ],
    ["begin -> propose", "propose -> approve", "approve -> done"],
)
SUBJECT = Actor("person:subject", "Subject", frozenset({ROLE, "ADMIN"}))


@pytest.fixture
def proposed(bench: Callable[..., Bench]) -> Bench:
    it = bench()
    it.deploy(TWICE)
    case = it.start("twice", {"about": SUBJECT.id})
    it.do(case, "propose")
    return it


@pytest.mark.parametrize("who", [CLERK, SUBJECT], ids=["who proposed", "whom it is about"])
def test_the_excluded_neither_take_nor_do_nor_get_it(proposed: Bench, who: Actor) -> None:
    with reading(proposed.engine) as session:
        [task] = inbox.queue(session, COLLEAGUE)
        assert inbox.queue(session, who) == []
        assert inbox.search(session, who, "twice") == []
        assert tally.counts(session, who, proposed.clock.now()).unclaimed == 0
        assert tally.counts(session, COLLEAGUE, proposed.clock.now()).unclaimed == 1
    for act in (
        lambda session: commands.claim(session, proposed.engine, task.id, by=who),
        lambda session: commands.complete(session, proposed.engine, task.id, by=who),
        lambda session: commands.assign(session, proposed.engine, task.id, by=COLLEAGUE, to=who.id),
        lambda session: commands.assign(session, proposed.engine, task.id, by=ADMIN, to=who.id),
    ):
        with pytest.raises(FourEyes), transaction(proposed.engine) as session:
            act(session)


def test_a_second_person_does_it_and_the_list_of_the_excluded_goes(proposed: Bench) -> None:
    assert list(audit_cases(proposed.engine, repair=False)) == []
    with transaction(proposed.engine) as session:
        [task] = inbox.queue(session, COLLEAGUE)
        commands.claim(session, proposed.engine, task.id, by=COLLEAGUE)
        commands.release(session, proposed.engine, task.id, by=COLLEAGUE)
        assert commands.complete(session, proposed.engine, task.id, by=COLLEAGUE).ended
    assert list(audit_cases(proposed.engine, repair=False)) == []


def test_who_has_nothing_to_do_with_it_learns_nothing(proposed: Bench) -> None:
    stranger = Actor("person:stranger", "Stranger")
    with reading(proposed.engine) as session:
        [task] = inbox.queue(session, COLLEAGUE)
    with pytest.raises(NotFound), transaction(proposed.engine) as session:
        commands.complete(session, proposed.engine, task.id, by=stranger)
