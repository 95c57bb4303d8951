"""The journey is derived from the drawing and from what happened: order, statuses, loops, branches, both languages."""

from __future__ import annotations

import itertools

import pytest

from webapp.journey.steps import Journey, derive
from webapp.operations.drawing import Drawing, read_drawing
from webapp.operations.progress import Progress
from workflows.catalogue import definitions

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
)


def task(name: str, *, role: str = "DATA", wording: bool = True) -> str:
    words = (
        f'<zeebe:property name="journey.fr" value="{name}"/><zeebe:property name="journey.en" value="{name} (en)"/>'
        if wording
        else ""
    )
    return (
        f'<bpmn:userTask id="{name}" name="{name}"><bpmn:extensionElements>'
        f'<zeebe:assignmentDefinition candidateGroups="{role}"/><zeebe:properties>{words}</zeebe:properties>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )


def flow(source: str, target: str, *, happy: bool = False) -> str:
    mark = '<zeebe:properties><zeebe:property name="journey.happy" value="true"/></zeebe:properties>'
    inside = f"<bpmn:extensionElements>{mark}</bpmn:extensionElements>" if happy else ""
    ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{inside}</bpmn:sequenceFlow>"


def drawing(*parts: str) -> Drawing:
    start = '<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>'
    body = (
        f'<bpmn:definitions {NAMESPACES}><bpmn:process id="p">{start}{"".join(parts)}</bpmn:process></bpmn:definitions>'
    )
    return read_drawing(body.encode(), "p")


def test_a_step_is_printed_as_french_is() -> None:
    """Modelers type plain blanks; a line of the page must not begin with a question mark."""
    drawn = drawing(task("L'adresse : oui ?"), flow("start", "L'adresse : oui ?"), flow("L'adresse : oui ?", "end"))
    (step,) = derive(drawn, Progress(), "fr").steps
    assert step.title == "L’adresse\N{NO-BREAK SPACE}: oui\N{NO-BREAK SPACE}?"


def statuses(journey: Journey) -> list[tuple[str, str]]:
    return [(step.title, step.status) for step in journey.steps]


@pytest.fixture
def loop() -> Drawing:
    """check → gate → (proof → back to check | join)."""
    return drawing(
        task("check"),
        '<bpmn:exclusiveGateway id="gate"/>',
        task("proof", role="APPLICANT"),
        task("join", role="APPLICANT"),
        flow("start", "check"),
        flow("check", "gate"),
        flow("gate", "proof"),
        flow("gate", "join", happy=True),
        flow("proof", "check"),
        flow("join", "end"),
    )


def test_before_anything_happened_the_happy_path_is_shown(loop: Drawing) -> None:
    journey = derive(loop, Progress(standing=frozenset({"check"})), "fr")
    assert statuses(journey) == [("check", "waiting"), ("join", "cannot_start")]
    assert (journey.done, journey.total) == (0, 2)
    assert journey.next_step is not None
    assert journey.next_step.title == "check"


def test_the_way_that_was_taken_is_shown_and_the_future_stays(loop: Drawing) -> None:
    progress = Progress(
        {"check": 1, "gate": 1}, ("check_gate", "gate_proof"), frozenset({"proof"}), frozenset({"proof"})
    )
    journey = derive(loop, progress, "fr")
    assert statuses(journey) == [("check", "completed"), ("proof", "to_do"), ("join", "cannot_start")]
    assert journey.next_step is not None
    assert journey.next_step.mine


def test_a_loop_is_one_step_with_its_count(loop: Drawing) -> None:
    flows = ("check_gate", "gate_proof", "proof_check", "check_gate", "gate_join")
    progress = Progress({"check": 2, "gate": 2, "proof": 1}, flows, frozenset({"join"}), frozenset({"join"}))
    journey = derive(loop, progress, "en")
    assert [(step.title, step.times) for step in journey.steps] == [
        ("check (en)", 2),
        ("proof (en)", 1),
        ("join (en)", 0),
    ]


def test_parallel_branches_go_in_any_order() -> None:
    fork = drawing(
        '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="meet"/>',
        *(task(name) for name in ("a", "b", "after")),
        flow("start", "fork"),
        flow("fork", "a"),
        flow("fork", "b"),
        flow("a", "meet"),
        flow("b", "meet"),
        flow("meet", "after"),
        flow("after", "end"),
    )
    journey = derive(fork, Progress({"fork": 1, "a": 1}, standing=frozenset({"b"})), "fr")
    assert [(group.any_order, len(group.steps)) for group in journey.groups] == [(True, 2), (False, 1)]
    assert statuses(journey) == [("a", "completed"), ("b", "waiting"), ("after", "cannot_start")]


def test_what_has_no_member_wording_is_no_step() -> None:
    silent = drawing(task("secret", wording=False), task("open"), flow("start", "secret"), flow("secret", "open"))
    assert statuses(derive(silent, Progress(), "fr")) == [("open", "cannot_start")]


def test_a_long_diagram_is_read_without_deep_recursion() -> None:
    names = [f"t{number}" for number in range(1_500)]
    chain = drawing(
        *(task(name) for name in names),
        flow("start", names[0]),
        *(flow(first, second) for first, second in itertools.pairwise(names)),
        flow(names[-1], "end"),
    )
    assert derive(chain, Progress(), "fr").total == 1_500
    assert [shape.id for shape in chain.reading_order()] == ["start", *names, "end"]


def link(name: str, kind: str, to: str) -> str:
    event = f"bpmn:intermediate{kind}Event"
    return f'<{event} id="{name}"><bpmn:linkEventDefinition name="{to}"/></{event}>'


def test_a_link_leads_on_and_back() -> None:
    """check → gate → (link back before check | join), as diagrams are drawn that would cross themselves."""
    linked = drawing(
        task("check"),
        task("join"),
        '<bpmn:exclusiveGateway id="gate"/>',
        link("again", "Throw", "back"),
        link("begins", "Catch", "back"),
        link("away", "Throw", "end"),
        link("ends", "Catch", "end"),
        flow("start", "check"),
        flow("check", "gate"),
        flow("gate", "again"),
        flow("gate", "join", happy=True),
        flow("begins", "check"),
        flow("join", "away"),
        task("news"),
        flow("ends", "news"),
    )
    came_back = Progress({"check": 1, "gate": 1}, ("check_gate", "gate_again"), frozenset({"check"}))
    expected = [("check", "waiting"), ("join", "cannot_start"), ("news", "cannot_start")]
    assert statuses(derive(linked, came_back, "fr")) == expected
    order = [shape.id for shape in linked.reading_order()]
    assert order.index("join") < order.index("ends") < order.index("news")


def test_a_gateway_with_several_happy_ways_shows_all_that_is_to_come() -> None:
    plan = drawing(
        '<bpmn:exclusiveGateway id="due"/><bpmn:exclusiveGateway id="helps"/>',
        *(task(name) for name in ("each_month", "half", "talk", "close")),
        flow("start", "due"),
        flow("due", "each_month", happy=True),
        flow("due", "half", happy=True),
        flow("due", "talk"),
        flow("due", "close", happy=True),
        *(flow(name, "due") for name in ("each_month", "half", "talk")),
        flow("close", "end"),
    )
    assert [step.element for step in derive(plan, Progress(), "fr").steps] == ["each_month", "half", "close"]
    taken = ("due_half", "half_due", "due_talk", "talk_due", "due_each_month")
    later = Progress({"due": 3, "half": 1, "talk": 1}, taken, frozenset({"each_month"}))
    assert statuses(derive(plan, later, "fr")) == [
        ("each_month", "waiting"), ("half", "completed"), ("talk", "completed"), ("close", "cannot_start"),
    ]  # fmt: skip


def test_a_loop_that_goes_on_is_not_done_while_something_else_is_looked_at() -> None:
    process = "cohort_participation"
    drawn = read_drawing(definitions()[process][f"{process}.bpmn"], process)
    done = {"seat_given": 1, "sign_charter": 1, "attendance_was_noted": 11}

    def weekly(*at: str) -> tuple[str, int, str]:
        shown = derive(drawn, Progress(done | {"sheet_was_asked": 1}, (), frozenset(at)), "fr")
        step = next(each for each in shown.steps if each.element == "attendance_was_noted")
        return step.status, step.times, shown.next_step.element if shown.next_step is not None else ""

    assert weekly("exit_talk") == ("coming", 11, "")
    assert weekly("exit_talk", "write_sheet")[:2] == ("coming", 11), "what came up beside it does not end it"
    assert weekly("await_news") == ("waiting", 11, "attendance_was_noted")
    assert weekly("give_evaluation") == ("completed", 11, "give_evaluation")
    assert weekly("send_certificate") == ("completed", 11, ""), "on the way to what lies ahead"


def test_what_an_ended_case_never_came_to_is_no_step(loop: Drawing) -> None:
    left = Progress({"start": 1, "check": 1, "gate": 1, "proof": 1}, ("check_gate", "gate_proof"), ended=True)
    shown = derive(loop, left, "fr")
    assert statuses(shown) == [("check", "completed"), ("proof", "completed")]
    assert (shown.done, shown.total) == (2, 2)


def test_the_way_begins_where_the_case_did_and_ends_with_what_came_up_beside_it() -> None:
    inside = task("sheet") + flow("asked", "sheet")
    beside = drawing(
        '<bpmn:startEvent id="brought"><bpmn:messageEventDefinition/></bpmn:startEvent>',
        task("first"),
        task("second"),
        flow("start", "first"),
        flow("brought", "second"),
        flow("first", "second"),
        f'<bpmn:subProcess id="beside" triggeredByEvent="true"><bpmn:startEvent id="asked"/>{inside}</bpmn:subProcess>',
    )
    assert statuses(derive(beside, Progress(), "fr")) == [("first", "cannot_start"), ("second", "cannot_start")]
    brought = Progress({"brought": 1, "asked": 1}, ("brought_second",), frozenset({"second", "sheet"}))
    assert statuses(derive(beside, brought, "fr")) == [("second", "waiting"), ("sheet", "waiting")]


@pytest.mark.parametrize(
    ("process", "steps"),
    [
        ("mentorship", "write_first answer_call write_agreement sign_agreement check_in review_half close_pair"),
        ("cohort_participation", "seat_given sign_charter attendance_was_noted give_evaluation tell_news"),
        ("cohort_admission", "candidate_has_applied give_dates hold_talk answer_offer await_fee seat_was_given"),
    ],
)
def test_who_begins_a_guided_programme_sees_its_steps_up_to_the_last(process: str, steps: str) -> None:
    drawn = read_drawing(definitions()[process][f"{process}.bpmn"], process)
    assert [step.element for step in derive(drawn, Progress(), "fr").steps] == steps.split()
