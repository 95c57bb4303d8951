"""Data associations copy between variables; in files for Camunda 8 they are drawing (BPMN 2.0, 10.4.2)."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused, ProcessSpec, read_diagram
from engine.bpmn.outcome import Done, ServiceAnswer, ServiceCall
from tests.engine.bpmn.drawing import document, end, event, flows, job, start, sub, user
from tests.engine.bpmn.play import DeskHost, Play, values

DATA = '<dataObject id="O"/><dataObjectReference id="R" dataObjectRef="O"/><property id="P"/>'


def _plain(body: str, roots: str = "") -> ProcessSpec:
    """A process of a file that is not marked for Camunda 8."""
    text = document(body + DATA, roots).replace(b' modeler:executionPlatform="Camunda Cloud"', b"")
    return read_diagram(text, name="test").processes[0]


ASSIGNED = "<assignment><from>1</from><to>P</to></assignment>"


def _io(*names: str) -> str:
    parts = "".join(f'<data{"Input" if name.startswith("in") else "Output"} id="{name}"/>' for name in names)
    return f"<ioSpecification>{parts}<inputSet/><outputSet/></ioSpecification>"


def _into(source: str, target: str) -> str:
    return (
        f"<dataInputAssociation><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef></dataInputAssociation>"
    )


def _out_of(source: str, target: str, inner: str = "") -> str:
    return (
        f"<dataOutputAssociation><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>{inner}"
        "</dataOutputAssociation>"
    )


def _set(**found: object) -> DeskHost:
    def answer(_call: ServiceCall) -> ServiceAnswer:
        return Done(values(**found))

    return DeskHost({"x": answer})


def test_an_output_goes_to_a_data_object_and_from_there_to_an_input() -> None:
    first = job("x", inner=_io("out1") + _out_of("out1", "R"))
    second = job("y", inner=_io("in1") + _into("R", "in1"))
    host = _set(out1="text")
    play = Play(_plain(start() + first + second + user("z") + flows("start x y z")), host, stored=True)
    assert play.variables["O"] == "text"
    assert host.calls[1].variables["in1"] == "text"
    assert "in1" not in play.variables


def test_what_was_never_set_changes_nothing_and_an_input_is_then_null() -> None:
    first = job("x", inner=_io("in1", "out1") + _into("R", "in1") + _out_of("out1", "x:P"))
    host = DeskHost()
    play = Play(_plain(start() + first + user("z") + flows("start x z")), host, P=1)
    assert host.calls[0].variables["in1"] is None
    assert play.variables == {"P": 1}


def test_a_transformation_is_written() -> None:
    inner = _io("out1") + _out_of("out1", "P", "<transformation>out1 * 2</transformation>")
    play = Play(_plain(start() + job("x", inner=inner) + user("z") + flows("start x z")), _set(out1=21), stored=True)
    assert play.variables["P"] == 42


def test_an_assignment_writes_what_its_expression_answers_and_inside_of_its_target() -> None:
    first = "<assignment><from>out1 + 1</from><to>P.sum</to></assignment>"
    assigned = f"{first}<assignment><from>2</from><to>P.two</to></assignment>"
    work = job("x", inner=_io("out1") + _out_of("out1", "P", assigned))
    play = Play(_plain(start() + work + user("z") + flows("start x z")), _set(out1=20), stored=True, P={"kept": 1})
    assert play.variables["P"] == {"kept": 1, "sum": 21, "two": 2}


def test_a_data_object_of_a_sub_process_and_its_own_associations() -> None:
    inner = start("s") + job("x", inner=_io("out1") + _out_of("out1", "P")) + flows("s x")
    part = sub("part", _io("in1") + _into("R", "in1") + inner)
    host = _set(out1=3)
    play = Play(_plain(start() + part + user("z") + flows("start part z")), host, stored=True, O=7)
    assert host.calls[0].variables["in1"] == 7
    assert play.variables["P"] == 3


def test_several_instances_take_their_items_from_data_and_give_their_answers_to_data() -> None:
    marker = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>in1</loopDataInputRef>"
        '<loopDataOutputRef>out1</loopDataOutputRef><inputDataItem id="one"/><outputDataItem id="answer"/>'
        "</multiInstanceLoopCharacteristics>"
    )
    inner = _io("in1", "out1", "in2") + _into("R", "in1") + _into("one", "in2") + _out_of("out1", "P") + marker
    play = Play(
        _plain(start() + user("each", inner=inner) + user("z") + flows("start each z")), stored=True, O=["a", "b"]
    )
    seen = [dict(play.case.visible(view.id))["in2"] for view in play.case.tokens if view.kind == "task"]
    assert seen == ["a", "b"]
    play.complete("each", answer=1).complete("each", answer=2)
    assert play.variables["P"] == [1, 2]


def test_an_event_copies_too() -> None:
    caught = f'<intermediateCatchEvent id="c"><dataOutput id="out1"/>{_out_of("out1", "P")}{event("signal", "S")}'
    body = start() + caught + "</intermediateCatchEvent>" + user("z") + flows("start c z")
    play = Play(_plain(body, '<signal id="S" name="S"/>'), stored=True).deliver("c", out1=5)
    assert play.variables["P"] == 5


def test_in_a_file_for_camunda_8_they_are_drawing() -> None:
    body = start() + job("x", inner=_into("store", "nowhere")) + end() + flows("start x end")
    assert Play(read_diagram(document(body), name="test").processes[0]).ended


@pytest.mark.parametrize(
    ("code", "inner"),
    [
        ("data_unknown", _into("nowhere", "in1")),
        ("data_unknown", _into("store", "in1")),
        ("data_flow_unsupported", _out_of("in1", "P", f"<transformation>1</transformation>{ASSIGNED}")),
        ("data_unknown", _out_of("in1", "P", ASSIGNED.replace(">P<", ">nowhere<"))),
        ("feel_invalid", _out_of("in1", "P", ASSIGNED.replace(">1<", ">1 +<"))),
        (
            "data_flow_unsupported",
            "<dataInputAssociation><sourceRef>O</sourceRef><sourceRef>P</sourceRef><targetRef>in1</targetRef>"
            "</dataInputAssociation>",
        ),
        ("feel_invalid", _out_of("in1", "P", "<transformation>1 +</transformation>")),
    ],
)
def test_what_would_not_run_is_refused(code: str, inner: str) -> None:
    store = '<dataStoreReference id="store"/>'
    with pytest.raises(DiagramRefused) as refused:
        _plain(start() + job("x", inner=_io("in1") + inner) + store + flows("start x"))
    assert (code, "x") in [(one.code, one.element) for one in refused.value.findings]
