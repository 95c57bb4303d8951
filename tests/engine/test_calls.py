"""Call activities: children of their own, errors climbing, cancelling going down, ten deep."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import commands
from engine.errors import DeploymentRefused
from engine.transaction import transaction
from tests.fixtures.diagrams import boundary, call, end, exclusive, process, reference, script, start, timer, user_task
from tests.fixtures.engines import ADMIN, Bench

CHILD = process("child", [start(), user_task("inner"), end()], ["begin -> inner", "inner -> done"])


def parent(*extra: str, flows: tuple[str, ...] = (), top: tuple[str, ...] = ()) -> bytes:
    """A case that calls the child and then asks."""
    return process(
        "parent",
        [start(), call("ask_child", "child"), user_task("after"), end(), *extra],
        ["begin -> ask_child", "ask_child -> after", "after -> done", *flows],
        top=top,
    )


def test_a_child_takes_and_gives_variables(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(parent(), CHILD)
    case = it.start("parent", {"a": 1})
    (child,) = it.cases("child")
    assert (child.parent_id, child.depth) == (case, 1)
    assert it.variables(child.id) == {"a": 1}
    done = it.do(child.id, "inner", {"b": 2})
    assert it.variables(case) == {"a": 1, "b": 2}
    assert list(it.open(case).values()) == list(done.next_tasks)


def test_a_child_that_never_waits_returns_at_once(bench: Callable[..., Bench]) -> None:
    it = bench()
    quick = process("child", [start(), script("count", "n", "3 + 4"), end()], ["begin -> count", "count -> done"])
    it.deploy(parent(), quick)
    case = it.start("parent")
    assert it.variables(case) == {"n": 7}
    assert it.case(case).rev > 1
    assert list(it.open(case)) == ["after"]


def test_an_error_climbs_to_the_caller_and_ends_the_child(bench: Callable[..., Bench]) -> None:
    it = bench()
    error = '<error id="e1" errorCode="refused"/>'
    failing = process(
        "child",
        [start(), user_task("inner"), end("failed", reference("error", "e1"))],
        ["begin -> inner", "inner -> failed"],
        top=[error],
    )
    it.deploy(
        parent(
            boundary("broke", "ask_child", reference("error", "e1")), user_task("mend"), end("other"),
            flows=("broke -> mend", "mend -> other"), top=(error,),
        ),
        failing,
    )  # fmt: skip
    case = it.start("parent")
    (child,) = it.cases("child")
    it.do(child.id, "inner")
    assert it.case(child.id).status == "canceled"
    assert list(it.open(case)) == ["mend"]
    assert it.incidents() == []


def test_an_error_that_nobody_catches_is_an_incident_where_it_was_thrown(bench: Callable[..., Bench]) -> None:
    it = bench()
    failing = process(
        "child",
        [start(), user_task("inner"), end("failed", reference("error", "e1"))],
        ["begin -> inner", "inner -> failed"],
        top=['<error id="e1" errorCode="refused"/>'],
    )
    it.deploy(parent(), failing)
    it.start("parent")
    (child,) = it.cases("child")
    it.do(child.id, "inner")
    (incident,) = it.incidents()
    assert (incident.instance_id, incident.kind) == (child.id, "error")


def test_cancelling_goes_down(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(parent(), CHILD)
    case = it.start("parent")
    with transaction(it.engine) as session:
        commands.cancel(session, it.engine, case, by=ADMIN)
    (child,) = it.cases("child")
    assert child.status == "canceled"
    assert it.open(child.id) == {}


@pytest.mark.parametrize("heard", [None, False, True])
def test_a_child_goes_on_at_once_when_its_escalation_was_heard(bench: Callable[..., Bench], heard: bool | None) -> None:
    """No job lies between, whether nobody heard it, a handler runs beside, or (True) one has ended the child."""
    it = bench()
    top = ('<escalation id="x1" escalationCode="late"/>',)
    telling = (
        '<intermediateThrowEvent id="tell"><escalationEventDefinition escalationRef="x1"/></intermediateThrowEvent>'
    )
    child = process(
        "child", [start(), telling, user_task("inner"), end()], ["begin -> tell", "tell -> inner", "inner -> done"],
        top=top,
    )  # fmt: skip
    handler = boundary("told", "ask_child", reference("escalation", "x1"), interrupting=heard is True)
    extra = (handler, user_task("chase"), end("other")) if heard is not None else ()
    it.deploy(parent(*extra, flows=("told -> chase", "chase -> other") if extra else (), top=top), child)
    case = it.start("parent")
    (called,) = it.cases("child")
    assert it.jobs() == []
    assert list(it.open(called.id)) == ([] if heard else ["inner"])
    assert list(it.open(case)) == (["chase"] if extra else [])
    assert called.status == ("canceled" if heard else "active")
    if not heard:
        it.do(called.id, "inner")
        assert "after" in it.open(case)


def test_an_interrupting_event_ends_the_child(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(
        parent(
            boundary("late", "ask_child", timer("duration", "P1D")), user_task("chase"), end("other"),
            flows=("late -> chase", "chase -> other"),
        ),
        CHILD,
    )  # fmt: skip
    case = it.start("parent")
    from_now = it.jobs()[0].due_at - it.clock.now()
    it.later(from_now)
    assert list(it.open(case)) == ["chase"]
    assert it.cases("child")[0].status == "canceled"


def test_a_missing_process_is_an_incident_and_a_retry_finds_it(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(parent())
    case = it.start("parent")
    (incident,) = it.incidents()
    assert (incident.element, incident.kind) == ("ask_child", "resource")
    it.deploy(CHILD)
    with transaction(it.engine) as session:
        commands.retry_incident(session, it.engine, incident.id, by=ADMIN)
    assert it.case(case).incidents == 0
    assert len(it.cases("child")) == 1


def chain(depth: int) -> list[bytes]:
    """Processes that call each other, the last of which asks."""
    links = [
        process(f"p{n}", [start(), call("next", f"p{n + 1}"), end()], ["begin -> next", "next -> done"])
        for n in range(depth)
    ]
    last = process(f"p{depth}", [start(), user_task("inner"), end()], ["begin -> inner", "inner -> done"])
    return [*links, last]


def test_ten_calls_deep_and_back(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(*chain(10))
    case = it.start("p0")
    (last,) = it.cases("p10")
    assert it.do(last.id, "inner").ended
    assert it.case(case).status == "completed"


def test_eleven_calls_are_refused(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(*chain(11))
    it.start("p0")
    (incident,) = it.incidents()
    assert incident.code == "too_deep"


@pytest.mark.parametrize("suspended", [True, False])
def test_suspending_goes_down(bench: Callable[..., Bench], suspended: bool) -> None:
    it = bench()
    it.deploy(parent(), CHILD)
    case = it.start("parent")
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, case, by=ADMIN)
        if not suspended:
            commands.resume(session, it.engine, case, by=ADMIN)
    assert it.cases("child")[0].status == ("suspended" if suspended else "active")


def test_calls_without_end_are_refused_and_a_circle_with_a_way_out_is_shown(bench: Callable[..., Bench]) -> None:
    it = bench()
    flows = ["begin -> again", "again -> done"]
    one = process("one", [start(), call("again", "two"), end()], flows)
    two = process("two", [start(), call("again", "one"), end()], flows).replace(b'"done"', b'"over"')
    alone = process("alone", [start(), call("again", "alone"), end()], flows)
    for files in ((one, two), (alone,)):
        with pytest.raises(DeploymentRefused) as refused:
            it.deploy(*files)
        assert {finding.code for finding in refused.value.findings} == {"calls_endless"}
    maybe = process(
        "alone", [start(), exclusive("x"), call("again", "alone"), end()],
        ["begin -> x", "x -> again if =n &lt; 3", "x -> done default", "again -> done"],
    )  # fmt: skip
    with transaction(it.engine) as session:
        done = commands.deploy(session, it.engine, {"alone.bpmn": maybe}, by=ADMIN)
    assert [finding.code for finding in done.warnings if finding.element == "again"] == ["calls_in_circle"]
    case = it.start("alone", {"n": 5})
    assert it.case(case).status == "completed"


def bound(binding: str, tag: str = "") -> bytes:
    """A case that calls the child of a binding."""
    written = f'bindingType="{binding}"' + (f' versionTag="{tag}"' if tag else "")
    called = f'<callActivity id="ask_child"><extensionElements><zeebe:calledElement processId="child" {written}/>'
    body = [start(), called + "</extensionElements></callActivity>", end()]
    return process("parent", body, ["begin -> ask_child", "ask_child -> done"])


def child_of(task: str, tag: str) -> bytes:
    """A version of the child with its tag."""
    made = process("child", [start(), user_task(task), end()], [f"begin -> {task}", f"{task} -> done"])
    setting = f'<extensionElements><zeebe:versionTag value="{tag}"/></extensionElements>'
    return made.replace(b'isExecutable="true">', f'isExecutable="true">{setting}'.encode())


@pytest.mark.parametrize(
    ("binding", "tag", "asked"),
    [("deployment", "", "old"), ("latest", "", "new"), ("versionTag", "1.0", "old"), ("versionTag", "2.0", "new")],
)
def test_the_version_that_is_bound_is_called(bench: Callable[..., Bench], binding: str, tag: str, asked: str) -> None:
    it = bench()
    it.deploy(bound(binding, tag), child_of("old", "1.0"))
    it.deploy(child_of("new", "2.0"))
    it.start("parent")
    (child,) = it.cases("child")
    assert list(it.open(child.id)) == [asked]


def test_a_tag_that_no_version_has_is_an_incident(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(bound("versionTag", "3.0"), child_of("old", "1.0"))
    it.start("parent")
    assert [incident.code for incident in it.incidents()] == ["process_missing"]
