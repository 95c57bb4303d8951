"""What a career group settles inside itself: whom it elects, and its triads."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import combinations
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.cohort_sessions import note
from tests.steps.cohorts import cohort_of, seat_of
from workflows.association.cohorts import elections, planning, triads
from workflows.association.cohorts.elections import ElectionRefused
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.cohorts.triads import CohortTriad


@when(parsers.parse('the group elects "{name}" as {role}'))
def elects(office: Office, name: str, role: str) -> None:
    with transaction(office.engine) as session:
        cohort, seat_id = session.get_one(Cohort, cohort_of(office).id), seat_of(office, name).id
        holder = elections.held(session, cohort.id).get(role)
        seen = holder.id if holder is not None else None
        assert elections.elect(session, office.engine, office.association, cohort, role, seat_id, seen=seen)
        again = elections.elect(session, office.engine, office.association, cohort, role, seat_id, seen=seen)
        assert not again, "once"


@then(parsers.parse('{count:d} people got the mail "{template}", which names "{name}"'))
def names_somebody(office: Office, count: int, template: str, name: str) -> None:
    told = [each.to_address for each in office.mails() if each.template == template and name in each.text]
    assert len(set(told)) == len(told) == count
    signed = {each.text.rstrip().rsplit("\n", 1)[-1] for each in office.mails() if each.template == template}
    assert signed == {office.association.name}, "who writes"


def held_by(office: Office, role: str) -> str:
    with reading(office.engine) as session:
        found = elections.held(session, cohort_of(office).id).get(role)
        return str(found.id) if found is not None else ""


@then(parsers.parse('"{name}" alone is {role} of the group'))
def holds(office: Office, name: str, role: str) -> None:
    assert held_by(office, role) == str(seat_of(office, name).id)


@then("nobody from outside can be elected")
def outside(office: Office) -> None:
    for role, seat_id in (("REFEREE", uuid4()), ("PRESIDENT", seat_of(office).id)):
        with transaction(office.engine) as session, pytest.raises(ElectionRefused):
            cohort = session.get_one(Cohort, cohort_of(office).id)
            elections.elect(session, office.engine, office.association, cohort, role, seat_id, seen=None)


@when(parsers.parse('"{name}" leaves the cohort'))
def leaves(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        session.get_one(CohortSeat, seat_of(office, name).id).state = "LEFT"


@then(parsers.parse("nobody is {role} of the group"))
def nobody_holds(office: Office, role: str) -> None:
    assert held_by(office, role) == ""


@given(parsers.parse("{count:d} sessions are over"))
def are_over(office: Office, count: int) -> None:
    with transaction(office.engine) as session:
        cohort = session.get_one(Cohort, cohort_of(office).id)
        cohort.held = count
        commands.correlate_message(session, office.engine, "session_moved", cohort.key, source="t", by=SYSTEM)
    office.run()


@when(parsers.parse("session {number:d} is held"))
def is_held(office: Office, number: int) -> None:
    with reading(office.engine) as session:
        session_ = planning.session_of(session, session.get_one(Cohort, cohort_of(office).id), number)
        assert session_ is not None
        over = session_.ends_at
    office.later(over + timedelta(minutes=1) - office.clock.now())
    note(office, number, {})


def groups_now(office: Office) -> list[list[CohortSeat]]:
    with reading(office.engine) as session:
        return triads.current(session, session.get_one(Cohort, cohort_of(office).id), office.clock.now().date())


@then("nobody has a triad")
def no_triad(office: Office) -> None:
    assert groups_now(office) == []


@then(parsers.parse("{count:d} people have a triad, and each got a mail with the names of the others"))
def have_a_triad(office: Office, count: int) -> None:
    groups = groups_now(office)
    assert [len(group) for group in groups] == [3] * (count // 3)
    said = [each for each in office.mails() if each.template == "cohort_triad"]
    assert len({each.to_address for each in said}) == len(said) == count
    assert all(each.text.count(" Essai") == 2 for each in said), "two others, and not the reader"


def drawn(office: Office) -> dict[int, list[tuple[int, object]]]:
    found: dict[int, list[tuple[int, object]]] = {}
    with reading(office.engine) as session:
        for each in session.scalars(select(CohortTriad)):
            found.setdefault(each.session_no, []).append((each.number, each.seat_id))
    return found


@then("nobody has met anybody in two triads")
def nobody_again(office: Office) -> None:
    met: Counter[frozenset[object]] = Counter()
    for rows in drawn(office).values():
        for (place, one), (other_place, other) in combinations(rows, 2):
            met[frozenset((one, other))] += place == other_place
    assert set(met.values()) == {1}, "each of the 36 pairs once: nine people in four draws"


@when(parsers.parse("triads are drawn after the sessions {numbers}"))
def are_drawn(office: Office, numbers: str) -> None:
    with transaction(office.engine) as session:
        cohort = session.get_one(Cohort, cohort_of(office).id)
        for _twice in range(2):
            for number in numbers.split(", "):
                triads.draw(session, office.engine, office.association, cohort, int(number))


@when("the phase is over")
def phase_is_over(office: Office) -> None:
    with transaction(office.engine) as session:
        session.get_one(Cohort, cohort_of(office).id).held = 10


@then(
    parsers.parse("nobody has a triad, and they are drawn after the sessions {numbers}, mirror groups after {others}")
)
def drawn_after(office: Office, numbers: str, others: str) -> None:
    no_triad(office)
    with reading(office.engine) as session:
        due = {each: triads.due_after(session, each, office.clock.now().date()) for each in range(1, 33)}
    for kind, expected in ((triads.TRIAD, numbers), (triads.MIRROR, others)):
        assert [each for each, found in due.items() if found is kind] == [int(each) for each in expected.split(", ")]


@then(parsers.parse("everybody is in a mirror group of 4 or 5, and got {count:d} mails with the names of the others"))
def in_a_mirror_group(office: Office, count: int) -> None:
    groups = groups_now(office)
    assert sorted(len(group) for group in groups) == [4, 5]
    said = [each for each in office.mails() if each.template == "cohort_mirror"]
    assert set(Counter(each.to_address for each in said).values()) == {count}
    assert len({each.to_address for each in said}) == 9
    assert {each.text.count(" Essai") for each in said} == {3, 4}, "the others, and not the reader"
