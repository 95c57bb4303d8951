"""The gate: what would not run as drawn is refused with the element's id, the reason and the mend."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused, read_diagram
from engine.bpmn.refusals import MESSAGES
from tests.engine.bpmn.drawing import (
    catch,
    document,
    end,
    event,
    extended,
    flows,
    gateway,
    read,
    root,
    script,
    start,
    sub,
    timer,
    user,
    when,
)
from tests.engine.bpmn.play import Play

S = start() + flows("start x")


WAIT = timer("Duration", "P1D")
MARKER = "<multiInstanceLoopCharacteristics>{}</multiInstanceLoopCharacteristics>"
LOOPED = "<standardLoopCharacteristics>{}</standardLoopCharacteristics>"


def _task_with(inner: str) -> str:
    return S + f'<userTask id="x">{inner}</userTask>'


def _flow_with(inner: str) -> str:
    flow = f'<sequenceFlow id="x" sourceRef="g" targetRef="a">{inner}</sequenceFlow>'
    return start() + gateway("exclusive", "g", default="b") + user("a") + user("b") + flow + flows("start g b")


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("part_twice", _flow_with("<conditionExpression>=n = 1</conditionExpression>" * 2)),
        ("part_twice", _task_with(MARKER.format("<loopCardinality>=2</loopCardinality>") * 2)),
        ("part_twice", _task_with(MARKER.format("<loopCardinality>=2</loopCardinality>" * 2))),
        ("part_twice", _task_with(MARKER.format(
            "<loopCardinality>=2</loopCardinality>" + "<completionCondition>=n = 1</completionCondition>" * 2))),
        ("part_twice", _task_with(LOOPED.format("<loopCondition>=n = 1</loopCondition>" * 2))),
        ("part_twice", S + catch("x", "<conditionalEventDefinition>" + "<condition>=n = 1</condition>" * 2
                                 + "</conditionalEventDefinition>")),
        ("part_misplaced", _flow_with("<conditionExpression>=n = 1<error id='e'/></conditionExpression>")),
        ("part_misplaced", S + end("x", f"<terminateEventDefinition>{WAIT}</terminateEventDefinition>")),
        ("part_misplaced", S + catch("x", WAIT.replace("</timerE", '<signalEventDefinition signalRef="s"/></timerE'))),
        ("part_misplaced", S + catch("x", WAIT.replace("P1D", "P1D<timeDate/>"))),
        ("part_misplaced", _task_with(extended("<zeebe:userTask/>", MARKER.format("")))),
    ],
)  # fmt: skip
def test_what_would_be_passed_over_in_silence_is_refused(code: str, body: str) -> None:
    """By the schema of BPMN 2.0: one condition, one marker, and inside of an event or expression what belongs there."""
    with pytest.raises(DiagramRefused) as refused:
        read(body, root("signal", "s"))
    assert (code, "x") in {(finding.code, finding.element) for finding in refused.value.findings}


@pytest.mark.parametrize(
    ("code", "body", "roots"),
    [
        ("attribute_unsupported", _flow_with('<conditionExpression kind="x">=n = 1</conditionExpression>'), ""),
        ("attribute_unsupported", S + catch("x", WAIT.replace("<timeDuration", '<timeDuration zone="UTC"')), ""),
        ("attribute_unsupported", S + '<userTask id="x"><extensionElements a="b"/></userTask>', ""),
        ("text_stray", S + '<userTask id="x">by hand</userTask>', ""),
        ("text_stray", S + '<userTask id="x"><extensionElements>by hand</extensionElements></userTask>', ""),
        ("text_stray", S + catch("x", WAIT + "after a day"), ""),
        ("operation_unsupported", S + '<serviceTask id="x" operationRef="op"/>', ""),
        ("reference_missing", S + '<receiveTask id="x" messageRef="m" operationRef="tns:gone"/>', root("message", "m")),
        (
            "operation_message", S + '<receiveTask id="x" messageRef="m" operationRef="op"/>',
            root("message", "m") + '<interface id="i"><operation id="op"><inMessageRef>o</inMessageRef></operation>'
            "</interface>",
        ),
    ],
)  # fmt: skip
def test_strays_are_refused_at_their_element(code: str, body: str, roots: str) -> None:
    """By the schema of BPMN 2.0: attributes, texts and references that nothing reads."""
    with pytest.raises(DiagramRefused) as refused:
        read(body, roots)
    assert (code, "x") in {(finding.code, finding.element) for finding in refused.value.findings}


@pytest.mark.parametrize("type_", ["message", "signal", "error", "escalation"])
def test_an_unknown_attribute_beside_the_process_is_refused(type_: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        read(S + end("x"), f'<{type_} id="r" name="r" colour="red"/>')
    assert ("attribute_unsupported", "r") in {(each.code, each.element) for each in refused.value.findings}


def test_an_operation_may_say_which_message_is_meant() -> None:
    named = '<operation id="op"><inMessageRef>tns:m</inMessageRef></operation>'
    event = '<messageEventDefinition messageRef="m"><operationRef>tns:op</operationRef></messageEventDefinition>'
    key = '<extensionElements><zeebe:subscription correlationKey="=n"/></extensionElements>'
    read(S + catch("x", event), f'<message id="m" name="m">{key}</message>' + f'<interface id="i">{named}</interface>')


def test_every_refusal_has_a_sentence_with_a_mend() -> None:
    for code, text in MESSAGES.items():
        assert text.strip().endswith((".", "}", "?")), code
        assert len(text) > 20, code


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_an_event_sub_process_does_not_run_by_itself(kind: str) -> None:
    """SpiffWorkflow's reader makes a none start of it: the handler runs at once."""
    handler = sub("h", f'<startEvent id="hs">{event(kind)}</startEvent>' + user("no") + flows("hs no"), triggered=True)
    assert Play(read(start() + user("a") + flows("start a") + handler).processes[0]).open() == ["a"]


def test_flows_without_ids_are_kept() -> None:
    body = start() + user("a") + '<sequenceFlow sourceRef="start" targetRef="a"/>'
    assert Play(read(body).processes[0]).open() == ["a"]


def test_a_process_without_end_events_completes() -> None:
    assert Play(read(start() + user("a") + flows("start a")).processes[0]).complete("a").ended


@pytest.mark.parametrize("name", ["Start", "End", "Root", "p.EndJoin", "p"])
def test_ids_that_upstream_uses_itself(name: str) -> None:
    body = start() + user(name) + user("b") + flows(f"start {name} b")
    play = Play(read(body.replace('id="p"', 'id="p"')).processes[0]) if name != "p" else None
    if play is not None:
        assert play.complete(name).open() == ["b"]


def test_shared_event_definitions_are_read() -> None:
    roots = '<timerEventDefinition id="T"><timeDuration>P1D</timeDuration></timerEventDefinition>'
    body = S + '<intermediateCatchEvent id="x"><eventDefinitionRef>T</eventDefinitionRef></intermediateCatchEvent>'
    assert Play(read(body, roots).processes[0]).waiting("timer") == ["x"]


def test_the_order_of_the_file_decides_not_the_drawing() -> None:
    body = S + gateway("exclusive", "x") + user("a") + user("b") + when("x", "b", "true") + when("x", "a", "true")
    assert Play(read(body).processes[0]).open() == ["b"]


def test_drawing_and_documentation_pass() -> None:
    body = (
        S
        + user("x")
        + (
            '<laneSet id="ls"><lane id="l" name="DATA"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
            '<supports>i</supports><dataObject id="d"/>'
            '<dataObjectReference id="dr" dataObjectRef="d"/><dataStoreReference id="ds"/>'
            '<textAnnotation id="t"><text>a</text>'
            '</textAnnotation><association id="as" sourceRef="x" targetRef="t"/><group id="g"/>'
        )
    )
    process = read(body).processes[0]
    assert process.elements["x"].lane == "DATA"


def test_camunda_7_is_refused_by_name() -> None:
    text = document(S + user("x")).replace(b'"Camunda Cloud"', b'"Camunda Platform"')
    with pytest.raises(DiagramRefused) as refused:
        read_diagram(text, name="old")
    assert [f.code for f in refused.value.findings] == ["made_for_camunda_7"]


def test_only_executable_processes_are_read() -> None:
    with pytest.raises(DiagramRefused) as refused:
        read_diagram(document(S + user("x")).replace(b'isExecutable="true"', b""), name="drawing")
    assert [f.code for f in refused.value.findings] == ["no_process"]


def test_warnings_refuse_nothing() -> None:
    body = S + user("x", '<zeebe:properties><zeebe:property name="task.instrcutions" value="x"/></zeebe:properties>')
    assert [f.code for f in read(body).findings] == ["property_unknown"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0 0 6 * * MON", ["hour_in_utc"]), ("@daily", ["hour_in_utc"]), ("0 0/15 * * * *", []), ("@hourly", []),
        ("R/2024-01-01T06:00:00+01:00[Europe/Paris]/P7D", []),
    ],
)  # fmt: skip
def test_a_cron_with_an_hour_says_that_it_is_in_utc(text: str, found: list[str]) -> None:
    """Seen in the words of two diagrams: “every Monday at 6” came at 7 in winter and at 8 in summer."""
    body = f'<startEvent id="start">{timer("Cycle", text)}</startEvent>' + user("x") + flows("start x")
    assert [each.code for each in read(body).findings] == found


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("personal", "signature", []), ("personal", "consent", []), ("personal", "vote", ["personal_unknown"]),
        ("personal.answer", "signed", ["personal_unknown"]),
    ],
)  # fmt: skip
def test_what_only_the_person_does_is_a_signature_or_a_consent(name: str, value: str, found: list[str]) -> None:
    body = S + user("x", f'<zeebe:properties><zeebe:property name="task.{name}" value="{value}"/></zeebe:properties>')
    try:
        codes = [each.code for each in read(body).findings]
    except DiagramRefused as refused:
        codes = [each.code for each in refused.findings]
    assert codes == found


@pytest.mark.parametrize("name", ["case.businessKey", "case.key", "i18n.en.case.business_key"])
def test_a_property_of_cases_that_no_case_shows_is_refused(name: str) -> None:
    body = extended(f'<zeebe:properties><zeebe:property name="{name}" value="=n"/></zeebe:properties>') + S + user("x")
    with pytest.raises(DiagramRefused) as refused:
        read(body)
    assert [(f.code, f.element) for f in refused.value.findings] == [("property_unknown", "p")]
    read(body.replace(name, "case.business_key"))


def test_functions_of_the_working_calendar_are_known() -> None:
    assert read(S + script("x", "due", "add working days(today(), 3)")).processes


def test_a_global_task_is_a_process_of_one_task() -> None:
    body = S + '<callActivity id="x" calledElement="shared"/>'
    processes = {one.process_id: one for one in read(body, '<globalUserTask id="shared" name="Ask"/>').processes}
    assert Play(processes["shared"]).open() == ["shared_task"]
    assert [used.id for used in processes["p"].called_processes] == ["shared"]


def test_a_flow_without_condition_is_always_taken_in_files_that_are_not_for_camunda_8() -> None:
    body = start() + gateway("inclusive", "x") + user("a") + user("b") + flows("start x a", "x b")
    data = document(body).replace(b'modeler:executionPlatform="Camunda Cloud"', b"")
    diagram = read_diagram(data, name="unmarked")
    assert {finding.code for finding in diagram.findings if finding.element == "x"} == {"flow_always"}
    assert Play(diagram.processes[0]).open() == ["a", "b"]
    first = read_diagram(data.replace(b"inclusiveGateway", b"exclusiveGateway"), name="unmarked")
    assert Play(first.processes[0]).open() == ["a"]


def test_what_a_connector_is_to_bring_in_is_refused() -> None:
    webhook = '<zeebe:properties><zeebe:property name="inbound.type" value="io.camunda:webhook:1"/></zeebe:properties>'
    begin = f'<startEvent id="s"><extensionElements>{webhook}</extensionElements></startEvent>'
    with pytest.raises(DiagramRefused) as refused:
        read(begin + user("x") + flows("s x"))
    assert [(f.code, f.element) for f in refused.value.findings] == [("inbound_connector", "s")]


def test_what_was_made_for_another_engine_is_told() -> None:
    task = b'<userTask id="x"'
    text = document(start() + user("x") + flows("start x")).replace(task, task + b' a:assignee="m"')
    text = text.replace(b"<definitions ", b'<definitions xmlns:a="http://activiti.org/bpmn" ')
    [told] = read_diagram(text, name="a").findings
    assert (told.severity, told.code, told.params["tool"]) == ("warning", "made_for_other", "Activiti")
