"""Multi-instance as BPMN writes it: numbers of instances, data inputs and outputs, the events of its behaviour."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused, ProcessSpec
from engine.bpmn.outcome import CalledCase, Done
from tests.engine.bpmn.drawing import boundary, event, flows, handler, job, many, script, spec, start, sub, user
from tests.engine.bpmn.play import DeskHost, Play, later, values

ROOTS = (
    '<signal id="S" name="S"/><signalEventDefinition id="done" signalRef="S"/><escalation id="X" escalationCode="X"/>'
    '<escalationEventDefinition id="told" escalationRef="X"/><error id="E" errorCode="E"/>'
    '<errorEventDefinition id="wrong" errorRef="E"/>'
)


def _marker(inner: str, attributes: str = "") -> str:
    return f"<multiInstanceLoopCharacteristics {attributes}>{inner}</multiInstanceLoopCharacteristics>"


THREE = "<loopCardinality>3</loopCardinality>"


def _asking(marker: str, beside: str = "") -> ProcessSpec:
    return spec(start() + user("each", inner=marker) + user("after") + flows("start each after") + beside, ROOTS)


def test_a_number_of_instances() -> None:
    play = Play(_asking(_marker("<loopCardinality>=count</loopCardinality>")), stored=True, count=2)
    assert play.open() == ["each", "each"]
    assert [dict(play.case.visible(v.id))["loopCounter"] for v in play.case.tokens if v.kind == "task"] == [1, 2]
    assert play.complete("each").complete("each").open() == ["after"]
    assert Play(_asking(_marker("<loopCardinality>0</loopCardinality>"))).open() == ["after"]
    in_turn = Play(_asking(_marker(THREE, 'isSequential="true"')), stored=True)
    for _ in range(3):
        assert in_turn.open() == ["each"]
        in_turn.complete("each")
    assert in_turn.open() == ["after"]


@pytest.mark.parametrize("count", [-1, 1.5, None, "3", 501])
def test_a_number_that_is_none_stands_still(count: object) -> None:
    play = Play(_asking(_marker("<loopCardinality>count</loopCardinality>")), stored=True, count=count)
    assert play.incidents() == [("each", "too_many_instances" if count == 501 else "not_a_count")]
    assert play.set(count=1).retry("each").complete("each").open() == ["after"]


def test_data_inputs_and_outputs_are_variables_named_by_their_id() -> None:
    marker = _marker(
        "<loopDataInputRef>names</loopDataInputRef><loopDataOutputRef>answers</loopDataOutputRef>"
        '<inputDataItem id="i" name="name"/><outputDataItem id="answer"/>'
    )
    play = Play(_asking(marker), stored=True, names=["x", "y"])
    assert [dict(play.case.visible(v.id))["name"] for v in play.case.tokens if v.kind == "task"] == ["x", "y"]
    play.complete("each", answer="first").complete("each", answer="second")
    assert play.variables == {"names": ["x", "y"], "answers": ["first", "second"]}


@pytest.mark.parametrize(
    ("attributes", "inner", "heard"),
    [
        ('behavior="None" noneBehaviorEventRef="done"', THREE, 3),
        ('behavior="One" oneBehaviorEventRef="done"', THREE, 1),
        ('behavior="All"', THREE, 0),
        ('behavior="None"', THREE, 0),
        ('behavior="One" isSequential="true" oneBehaviorEventRef="x:done"', THREE, 1),
        (
            'behavior="Complex"',
            THREE + "<complexBehaviorDefinition><condition>numberOfCompletedInstances &gt; 1</condition>"
            '<event><signalEventDefinition signalRef="S"/></event></complexBehaviorDefinition>',
            2,
        ),
    ],
)
def test_the_behaviour_throws_to_the_boundary(attributes: str, inner: str, heard: int) -> None:
    for kind, definitions in (("signal", inner), ("escalation", inner.replace("signal", "escalation"))):
        ref = "S" if kind == "signal" else "X"
        beside = boundary("heard", "each", event(kind, ref), interrupting=False) + user("told_") + flows("heard told_")
        wanted = attributes if kind == "signal" else attributes.replace("done", "told")
        marker = _marker(definitions.replace('Ref="S"', f'Ref="{ref}"'), wanted)
        play = Play(_asking(marker, beside), stored=True)
        play.complete("each").complete("each").complete("each")
        assert play.open() == sorted(["after"] + ["told_"] * heard), kind


def test_items_may_have_names_with_blanks_as_in_feel() -> None:
    marker = _marker(
        "<loopDataInputRef>given</loopDataInputRef><loopDataOutputRef>made</loopDataOutputRef>"
        '<inputDataItem id="i" name="one  item"/><outputDataItem id="o" name="its output"/>'
    )
    play = Play(_asking(marker), stored=True, given=[1])
    (view,) = (one for one in play.case.tokens if one.kind == "task")
    assert play.case.visible(view.id)["one item"] == 1
    assert play.case.visible(view.id)["its output"] is None
    assert play.complete("each").variables["made"] == [None]


def test_references_begin_with_an_underscore_or_lead_to_a_data_object() -> None:
    marker = _marker(
        "<loopDataInputRef>r</loopDataInputRef><loopDataOutputRef>_2_out</loopDataOutputRef>"
        '<inputDataItem id="_one"/><outputDataItem id="_answer"/>'
    )
    data = '<dataObject id="_o"/><dataObjectReference id="r" dataObjectRef="_o"/>'
    call = job("each", inner=marker)
    host = DeskHost({"each": lambda call: Done({"_answer": call.variables["_one"]})})
    play = Play(spec(start() + script("s", "x", "1") + call + data + user("z") + flows("start s each z")), host)
    assert play.incidents() == [("each", "not_a_list")]
    play.case.set_variables({}, play.host)
    play.case._tree.root.locals = {"_o": [1, 2]}
    assert play.retry("each").variables["_2_out"] == [1, 2]


def test_a_collection_that_is_updated_keeps_what_was_not_done() -> None:
    marker = _marker(
        "<loopDataInputRef>list</loopDataInputRef><loopDataOutputRef>list</loopDataOutputRef>"
        '<inputDataItem id="one"/><outputDataItem id="two"/>'
        "<completionCondition>numberOfCompletedInstances = 1</completionCondition>"
    )
    play = Play(_asking(marker), stored=True, list=[1, 2, 3]).complete("each", two=20)
    assert play.variables["list"] == [20, 2, 3]


def test_outputs_that_something_inside_has_written_over_are_an_incident() -> None:
    inside = user("a", inner=many("[1]", output=("all", "item")))
    part = sub("part", start("s") + inside + flows("s a"), inner=many("[1, 2]", output=("all", "item")))
    play = Play(spec(start() + part + user("z") + flows("start part z")), stored=True).complete("a")
    assert play.incidents() == [("part", "outputs_overwritten")]
    body = next(view.id for view in play.case.tokens if view.element == "part" and view.kind == "")
    play.case.set_variables({"all": [None, None]}, play.host, body)
    assert play.retry("part").incidents() == []


def test_where_the_number_is_given_the_item_is_the_place() -> None:
    play = Play(_asking(_marker(THREE + '<inputDataItem id="one"/>')), stored=True)
    assert [dict(play.case.visible(v.id))["one"] for v in play.case.tokens if v.kind == "task"] == [1, 2, 3]


def test_an_event_that_interrupts_ends_all_instances() -> None:
    marker = _marker(THREE, 'behavior="One" oneBehaviorEventRef="done"')
    beside = boundary("heard", "each", event("signal", "S")) + user("aside") + flows("heard aside")
    play = Play(_asking(marker, beside), stored=True).complete("each")
    assert play.open() == ["aside"]


def test_a_condition_of_the_behaviour_that_cannot_be_answered_stands_still() -> None:
    inner = "<complexBehaviorDefinition><condition>late</condition>"
    inner += '<event><signalEventDefinition signalRef="S"/></event></complexBehaviorDefinition>'
    play = Play(_asking(_marker(THREE + inner, 'behavior="Complex"')), stored=True).complete("each")
    assert play.incidents() == [("each", "unknown_name")]
    play.set(late=False).retry("each").complete("each").complete("each")
    assert play.open() == ["after"]


def test_a_called_case_brings_back_no_copy_of_what_is_collected() -> None:
    call = '<callActivity id="each"><extensionElements><zeebe:calledElement processId="kid"/></extensionElements>'
    call += many("[1, 2, 3]", output=("doubled", "twice")) + "</callActivity>"
    play = Play(spec(start() + call + user("after") + flows("start each after")), stored=True)
    calls = [fact for fact in play.facts if isinstance(fact, CalledCase)]
    for number, fact in enumerate(calls, 1):
        brought = {**fact.variables, **values(twice=number * 2)}
        play.case.complete_call(fact.token, brought, play.host)
        play._after()
    assert play.variables["doubled"] == [2, 4, 6]


def test_several_hundred_at_once_and_none_is_lost() -> None:
    body = _marker("<loopCardinality>500</loopCardinality>")
    play = Play(spec(start() + job("each", inner=body) + flows("start each")), DeskHost({"each": later}))
    for view in play.case.tokens:
        if view.kind == "job":
            play.case.complete_job(view.id, {}, play.host)
    play._after()
    assert play.ended
    assert play.entered().count("each") == 501  # the body and its instances


def test_what_happens_in_one_instance_stays_in_it() -> None:
    inner = start("s") + user("a") + flows("s a")
    inner += handler("stop", event("escalation", "X"), user("b") + flows("hs b"))
    play = Play(
        spec(start() + sub("each", inner, inner=_marker(THREE)) + user("after") + flows("start each after"), ROOTS)
    )
    play.complete("a").complete("a").complete("a")
    assert play.open() == ["after"]


@pytest.mark.parametrize(
    ("code", "marker"),
    [
        ("loop_without_collection", _marker("")),
        ("loop_twice", _marker(THREE + "<loopDataInputRef>names</loopDataInputRef>")),
        ("number_bad", _marker("<loopCardinality>-1</loopCardinality>")),
        ("number_bad", _marker("<loopCardinality>501</loopCardinality>")),
        ("loop_output_half", _marker(THREE + "<loopDataOutputRef>answers</loopDataOutputRef>")),
        ("name_invalid", _marker("<loopDataInputRef>a b</loopDataInputRef>")),
        ("behaviour_event", _marker(THREE, 'behavior="One" oneBehaviorEventRef="wrong"')),
        ("reference_missing", _marker(THREE, 'behavior="One" oneBehaviorEventRef="nowhere"')),
        ("attribute_value", _marker(THREE, 'behavior="Some"')),
        ("language_unsupported", _marker('<loopCardinality language="python">3</loopCardinality>')),
        (
            "value_missing",
            _marker(THREE + "<complexBehaviorDefinition><event/></complexBehaviorDefinition>", 'behavior="Complex"'),
        ),
    ],
)
def test_what_would_not_run_is_refused(code: str, marker: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        _asking(marker)
    assert (code, "each") in [(one.code, one.element) for one in refused.value.findings]
