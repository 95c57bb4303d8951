"""Inbox, queue, archive: who sees what, in which order, page by page, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from engine import commands, inbox, sizes, tally
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.errors import NotFound, OwnSignature, Refused, TaskTaken, TimePast, TimeTooFar
from engine.inbox import Filters
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import ADMIN, CLERK, COLLEAGUE, STRANGER, Bench

SUBJECT = process(
    "request",
    [start(), user_task("check", groups="MEMBERSHIP,DATA", users="person:guest",
                        extra="<zeebe:taskSchedule dueDate=\"=due\"/>"), end()],
    ["begin -> check", "check -> done"],
    properties=[("case.title", "=title"), ("case.business_key", "=title")],
)  # fmt: skip
DATA = Actor("person:data", "Data", frozenset({"DATA"}))
GUEST = Actor("person:guest", "Guest")


@pytest.fixture
def office(bench: Callable[..., Bench]) -> Bench:
    """Seven requests, the first the most urgent."""
    it = bench()
    it.deploy(SUBJECT)
    for number in range(7):
        due = it.clock.now() + timedelta(days=number - 2)
        it.start("request", {"title": f"R-{number}", "due": due.isoformat()})
        it.clock.advance(timedelta(seconds=1))
    return it


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(*about: Any) -> None:
        sent.append(about[2])

    event.listen(engine.database, "before_cursor_execute", note)
    yield sent
    event.remove(engine.database, "before_cursor_execute", note)


def titles(rows: list[inbox.Row]) -> list[str | None]:
    return [row.case_title for row in rows]


@pytest.mark.parametrize("actor", [CLERK, DATA, GUEST, ADMIN, SYSTEM], ids=lambda actor: actor.name)
def test_the_queue_holds_what_the_actor_may_take(office: Bench, actor: Actor) -> None:
    with reading(office.engine) as session:
        assert titles(inbox.queue(session, actor)) == [f"R-{number}" for number in range(7)]
        assert titles(inbox.queue(session, STRANGER)) == []
        assert inbox.inbox(session, actor) == []


def test_pages_follow_each_other_without_gaps(office: Bench) -> None:
    with reading(office.engine) as session:
        seen: list[str | None] = []
        after = None
        while rows := inbox.queue(session, CLERK, after=after, limit=3):
            seen += titles(rows)
            after = rows[-1].place
    assert seen == [f"R-{number}" for number in range(7)]


def test_a_claimed_task_moves_to_the_inbox_and_a_completed_one_to_the_archive(office: Bench) -> None:
    with reading(office.engine) as session:
        task = inbox.queue(session, CLERK)[2]
    with transaction(office.engine) as session:
        commands.claim(session, office.engine, task.id, by=CLERK)
    with reading(office.engine) as session:
        assert titles(inbox.inbox(session, CLERK)) == ["R-2"]
        assert "R-2" not in titles(inbox.queue(session, COLLEAGUE))
        counts = tally.counts(session, CLERK, office.clock.now())
        assert (counts.mine, counts.unclaimed, counts.late) == (1, 6, 1)
    office.complete(task.id)
    with reading(office.engine) as session:
        assert inbox.inbox(session, CLERK) == []
        (closed,) = inbox.archive(session, CLERK)
        assert (closed.case_title, closed.closed_by, closed.state) == ("R-2", CLERK.id, "completed")
        assert inbox.archive(session, CLERK, after=closed.closed_place) == []


def test_filters_narrow_lists_and_counts(office: Bench) -> None:
    now = office.clock.now()
    with reading(office.engine) as session:
        assert titles(inbox.queue(session, CLERK, Filters(late=True, now=now))) == ["R-0", "R-1", "R-2"]
        assert titles(inbox.queue(session, CLERK, Filters(text="r-4"))) == ["R-4"]
        assert inbox.queue(session, CLERK, Filters(process_id="other")) == []
        chosen = Filters(role="MEMBERSHIP", element="check")
        assert titles(inbox.queue(session, DATA, chosen, limit=2)) == ["R-0", "R-1"]
        assert tally.counts(session, CLERK, now, Filters(text="R-4")).unclaimed == 1
        assert titles(inbox.search(session, GUEST, "R-6")) == ["R-6"]
        assert inbox.search(session, STRANGER, "R-6") == []
        assert inbox.search(session, CLERK, "%") == []


@pytest.mark.parametrize(
    ("looked", "said"),
    [(8, ("1", "6", "1", "0")), (7, ("1", "6", "1", "0")), (5, ("1", "5+", "1", "0")), (1, ("1+", "1+", "1+", ""))],
)
def test_what_a_search_finds_is_counted_among_the_first_tasks_of_each_list(
    office: Bench, monkeypatch: pytest.MonkeyPatch, looked: int, said: tuple[str, ...]
) -> None:
    monkeypatch.setattr(tally, "LOOKED", looked)
    now = office.clock.now()
    with reading(office.engine) as session:
        task = inbox.queue(session, CLERK)[0]
    with transaction(office.engine) as session:
        commands.claim(session, office.engine, task.id, by=CLERK)
    with counted(office.engine) as sent, reading(office.engine) as session:
        figures = tally.counts(session, CLERK, now, Filters(text="r"))
        assert tuple(map(figures.said, ("mine", "unclaimed", "late", "later"))) == said
        assert len(sent) == 1
        few = Filters(text="r", found=lambda tasks: tasks.instance_id.in_([task.instance_id]), few=True)
        assert tally.counts(session, CLERK, now, few).mine == 1


@pytest.mark.parametrize("actor", [CLERK, GUEST, ADMIN], ids=lambda actor: actor.name)
def test_the_first_tasks_are_the_most_urgent(office: Bench, monkeypatch: pytest.MonkeyPatch, actor: Actor) -> None:
    """However the list is read: by role, by person, whole."""
    monkeypatch.setattr(tally, "LOOKED", 1)
    now = office.clock.now()
    office.start("request", {"title": "R-last", "due": (now - timedelta(days=9)).isoformat()})
    with transaction(office.engine) as session:
        session.execute(text("ANALYZE"))  # a planner that knows how few they are reads them as they lie
    with reading(office.engine) as session:
        assert tally.counts(session, actor, now, Filters(text="r-last")).said("unclaimed") == "1+"
        assert tally.counts(session, actor, now, Filters(text="r-0")).said("unclaimed") == ""


def test_sqlite_learns_the_sizes_of_tables_as_they_grow(office: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = office.engine
    assert not sizes.gather(engine), "a small database needs none"
    monkeypatch.setattr(sizes, "SMALL", 1)
    if engine.database.dialect.name != "sqlite":
        assert not sizes.gather(engine)
        return
    assert sizes.gather(engine)
    assert not sizes.gather(engine), "it has not grown, whoever asks"
    with reading(engine) as session:
        known = session.execute(text("SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_user_task_queue'")).scalar_one()
    assert known.startswith("7 ")


@pytest.mark.parametrize("limit", [1, 7])
def test_a_list_costs_the_same_statements_for_one_row_and_for_seven(office: Bench, limit: int) -> None:
    with counted(office.engine) as sent, reading(office.engine) as session:
        inbox.inbox(session, CLERK, limit=limit)
        inbox.archive(session, CLERK, limit=limit)
        tally.counts(session, CLERK, office.clock.now())
        assert len(sent) == 3
        assert len(inbox.queue(session, CLERK, limit=limit)) == limit
        assert len(sent) == 5  # one by role, one by the further candidates


def test_a_task_is_shown_to_whom_it_concerns(office: Bench) -> None:
    with reading(office.engine) as session:
        task = inbox.queue(session, GUEST)[0]
        assert inbox.task(session, task.id, GUEST) == task
        with pytest.raises(NotFound):
            inbox.task(session, task.id, STRANGER)
        assert [row.id for row in inbox.tasks_of_case(session, task.instance_id)] == [task.id]


def test_claims_releases_and_hand_overs(office: Bench) -> None:
    with reading(office.engine) as session:
        task = inbox.queue(session, CLERK)[0]

    def do(verb: Callable[..., None], by: Actor, **more: Any) -> None:
        with transaction(office.engine) as session:
            verb(session, office.engine, task.id, by=by, **more)

    do(commands.claim, CLERK)
    do(commands.claim, CLERK)
    with pytest.raises(TaskTaken):
        do(commands.claim, COLLEAGUE)
    with pytest.raises(TaskTaken):
        do(commands.release, COLLEAGUE)
    with pytest.raises(NotFound):
        do(commands.claim, STRANGER)
    do(commands.delegate, CLERK, to=STRANGER.id)
    do(commands.assign, ADMIN, to=COLLEAGUE.id)
    do(commands.release, COLLEAGUE)
    do(commands.claim, replace(GUEST))
    kinds = [each.kind for each in office.history(task.instance_id) if each.kind.startswith("task_")]
    assert kinds == ["task_opened", "task_claimed", "task_assigned", "task_assigned", "task_released", "task_claimed"]


def test_a_task_without_a_queue_cannot_be_released(bench: Callable[..., Bench]) -> None:
    it = bench()
    own = '<zeebe:assignmentDefinition assignee="person:clerk"/>'
    it.deploy(process("personal", [start(), user_task("do_it", groups="", extra=own), end()],
                      ["begin -> do_it", "do_it -> done"]))  # fmt: skip
    case = it.start("personal")
    with pytest.raises(Refused), transaction(it.engine) as session:
        commands.release(session, it.engine, it.open(case)["do_it"], by=CLERK)


def test_what_a_person_signs_changes_no_hands(bench: Callable[..., Bench]) -> None:
    """Nobody else gets it: not by its holder, a head, an administrator or the system, and not by way of the queue."""
    it = bench()
    asked = '<zeebe:assignmentDefinition assignee="person:clerk" candidateGroups="MEMBERSHIP"/>'
    personal = '<zeebe:properties><zeebe:property name="task.personal" value="signature"/>{}</zeebe:properties>'
    answer = personal.format('<zeebe:property name="task.personal.answer" value="signed"/>')
    tasks = [user_task(name, groups="", extra=asked + each) for name, each in
             (("sign", personal.format("")), ("order", answer))]  # fmt: skip
    it.deploy(process("personal", [start(), *tasks, end()], ["begin -> sign", "sign -> order", "order -> done"]))
    case = it.start("personal")

    def refused(task: str, verb: Callable[..., None], by: Actor, **more: Any) -> None:
        with pytest.raises(OwnSignature), transaction(it.engine) as session:
            verb(session, it.engine, it.open(case)[task], by=by, **more)

    def refused_all(task: str) -> None:
        refused(task, commands.release, CLERK)
        refused(task, commands.delegate, CLERK, to=COLLEAGUE.id)
        refused(task, commands.assign, ADMIN, to=COLLEAGUE.id)
        refused(task, commands.assign, SYSTEM, to=COLLEAGUE.id)

    refused_all("sign")
    refused("sign", commands.delegate, COLLEAGUE, to=COLLEAGUE.id, steering=True)
    it.do(case, "sign")
    refused_all("order")
    with transaction(it.engine) as session:  # for him, but for that one question
        commands.delegate(session, it.engine, it.open(case)["order"], by=COLLEAGUE, to=COLLEAGUE.id, steering=True)


def test_who_took_what_is_signed_from_a_queue_gives_it_back(bench: Callable[..., Bench]) -> None:
    it = bench()
    personal = '<zeebe:properties><zeebe:property name="task.personal" value="signature"/></zeebe:properties>'
    it.deploy(
        process("charter", [start(), user_task("sign", extra=personal), end()], ["begin -> sign", "sign -> done"])
    )
    task = it.open(it.start("charter"))["sign"]

    def do(verb: Callable[..., None], by: Actor, **more: Any) -> None:
        with transaction(it.engine) as session:
            verb(session, it.engine, task, by=by, **more)

    do(commands.claim, CLERK)
    with pytest.raises(OwnSignature):
        do(commands.delegate, CLERK, to=COLLEAGUE.id)
    do(commands.release, CLERK)
    do(commands.claim, COLLEAGUE)


def test_what_is_postponed_comes_back_by_itself(office: Bench) -> None:
    with transaction(office.engine) as session:
        task = inbox.queue(session, CLERK)[0]
        with pytest.raises(Refused):
            commands.postpone(session, office.engine, task.id, by=CLERK, until=office.clock.now() + timedelta(days=3))
        commands.claim(session, office.engine, task.id, by=CLERK)
        commands.postpone(session, office.engine, task.id, by=CLERK, until=office.clock.now() + timedelta(days=3))
        with pytest.raises(TimePast):
            commands.postpone(session, office.engine, task.id, by=CLERK, until=office.clock.now())
        for edge in ("0001-01-01T00:00:00+02:00", "9999-12-31T23:59:00-02:00"):  # neither is a moment of UTC
            with pytest.raises(TimeTooFar):
                commands.postpone(session, office.engine, task.id, by=CLERK, until=datetime.fromisoformat(edge))
        with pytest.raises(TaskTaken):
            commands.postpone(session, office.engine, task.id, by=COLLEAGUE, until=None)
    for days, here, later in ((0, [], ["R-0"]), (2, [], ["R-0"]), (1, ["R-0"], [])):
        office.later(timedelta(days=days))
        now = Filters(now=office.clock.now())
        with reading(office.engine) as session:
            assert titles(inbox.inbox(session, CLERK, now)) == here
            assert titles(inbox.inbox(session, CLERK, replace(now, postponed=True))) == later
            counts = tally.counts(session, CLERK, office.clock.now())
            assert (counts.mine, counts.later) == (len(here), len(later))


def test_a_postponed_task_is_seen_at_once_by_who_gets_it(office: Bench) -> None:
    with transaction(office.engine) as session:
        task = inbox.queue(session, CLERK)[0]
        commands.claim(session, office.engine, task.id, by=CLERK)
        commands.postpone(session, office.engine, task.id, by=CLERK, until=office.clock.now() + timedelta(days=3))
        commands.assign(session, office.engine, task.id, by=CLERK, to=COLLEAGUE.id)
    with reading(office.engine) as session:
        assert titles(inbox.inbox(session, COLLEAGUE, Filters(now=office.clock.now()))) == ["R-0"]


def test_many_are_started_and_given_away_in_one_transaction(bench: Callable[..., Bench]) -> None:
    """Each start answers its own tasks, and each verb sees what the one before wrote, also of a row that is held."""
    it = bench()
    it.deploy(SUBJECT)
    due = it.clock.now().isoformat()
    with transaction(it.engine) as session:
        for number in range(12):
            given = {"title": f"R-{number}", "due": due}
            [task] = commands.start(session, it.engine, "request", given, by=CLERK).next_tasks
            held = session.get_one(UserTask, task)
            commands.assign(session, it.engine, task, by=CLERK, to=GUEST.id)
            commands.release(session, it.engine, task, by=GUEST)
            commands.assign(session, it.engine, task, by=DATA, to=COLLEAGUE.id)
            assert held.id == task
    with reading(it.engine) as session:
        assert session.scalars(select(UserTask.assignee)).all() == [COLLEAGUE.id] * 12


def test_each_completion_answers_the_tasks_that_it_opened(bench: Callable[..., Bench]) -> None:
    it = bench()
    two = [start(), user_task("first"), user_task("second"), end()]
    it.deploy(process("pair", two, ["begin -> first", "first -> second", "second -> done"]))
    with transaction(it.engine) as session:
        firsts = [commands.start(session, it.engine, "pair", by=CLERK).next_tasks for _ in range(3)]
        seconds = [commands.complete(session, it.engine, each, by=CLERK).next_tasks for [each] in firsts]
        found = session.scalars(select(UserTask.id).where(UserTask.element == "second")).all()
    assert sorted(each for [each] in seconds) == sorted(found)
