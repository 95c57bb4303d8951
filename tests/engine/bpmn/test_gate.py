"""The gate: what would not run as drawn is refused with the element's id, the reason and the mend."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused, read_diagram
from engine.bpmn.refusals import MESSAGES
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    document,
    end,
    event,
    extended,
    flows,
    gateway,
    job,
    message,
    read,
    root,
    script,
    start,
    sub,
    throw,
    timer,
    user,
    when,
)
from tests.engine.bpmn.play import Play

S = start() + flows("start x")
TWO = (
    start() + gateway("eventBased", "x") + user("a") + catch("b", timer("Duration", "P1D")) + flows("start x a", "x b")
)


def watching(type_name: str, attributes: str) -> str:
    """A conditional event with a filter."""
    inner = extended(f"<zeebe:conditionalFilter {attributes}/>") + "<condition>=n = 1</condition>"
    return f'<{type_name} id="x"><conditionalEventDefinition>{inner}</conditionalEventDefinition></{type_name}>'


CALL = f'<callActivity id="x">{extended("""<zeebe:calledElement processId="p" businessId="1"/>""")}</callActivity>'
STATIC_SCRIPT = script("x", "y", "1").replace("=1", "1").replace('expression="=', 'expression="')

REFUSED = [
    ("element_unsupported", "x", S + '<implicitThrowEvent id="x"/>', ""),
    ("attribute_value", "x", S + '<transaction id="x" method="##Store"/>', ""),
    ("number_bad", "x", S + '<userTask id="x" startQuantity="0"/>', ""),
    ("value_missing", "x", S + '<complexGateway id="x"/>' + user("a") + flows("x a x"), ""),
    ("loop_endless", "x", S + '<userTask id="x"><standardLoopCharacteristics/></userTask>', ""),
    ("element_unsupported", "x", S + '<scriptTask id="x"><script>print(1)</script></scriptTask>', ""),
    ("element_unsupported", "x", S + '<globalTask id="x"/>', ""),
    ("value_missing", "x", S + catch("x", "<conditionalEventDefinition/>"), ""),
    ("value_missing", "x", '<startEvent id="x"><conditionalEventDefinition/></startEvent>', ""),
    ("filter_of_start", "x", watching("startEvent", 'variableEvents="create"'), ""),
    ("attribute_value", "x", S + watching("intermediateCatchEvent", 'variableEvents="create, delete"'), ""),
    ("name_invalid", "x", S + watching("intermediateCatchEvent", 'variableNames="a b"'), ""),
    ("extension_attribute_unsupported", "x", S + watching("intermediateCatchEvent", 'names="a"'), ""),
    ("extension_unsupported", "x", S + catch("x", timer("Duration", "P1D").replace(
        "<timeDuration", extended('<zeebe:conditionalFilter variableNames="a"/>') + "<timeDuration", 1)), ""),
    ("event_unsupported", "x", S + catch("x", "<compensateEventDefinition/>"), ""),
    ("event_unsupported", "x", S + throw("x", "<cancelEventDefinition/>"), ""),
    ("event_unsupported", "x", S + throw("x", event("error", "E")), root("error", "E")),
    ("event_unsupported", "x", S + catch("x", ""), ""),
    ("events_together", "x", S + catch("x", '<linkEventDefinition name="l"/>' + timer("Duration", "P1D")), ""),
    ("handler_unused", "x", start() + '<userTask id="x" isForCompensation="true"/>', ""),
    ("instantiates_place", "x",
     S + user("a") + flows("start a x") + '<receiveTask id="x" messageRef="m" instantiate="true"/>', message("m")),
    ("attribute_unsupported", "x", S + '<userTask id="x" whatever="1"/>', ""),
    ("extension_unsupported", "x",
     S + f'<parallelGateway id="x">{extended("<zeebe:executionListeners/>")}</parallelGateway>', ""),
    ("task_listeners", "x", S + user("x", "<zeebe:taskListeners/>"), ""),
    ("extension_attribute_unsupported", "x",
     S + CALL, ""),
    ("feel_invalid", "x", S + script("x", "y", "1 +"), ""),
    ("value_missing", "f", S + user("x") + user("y")
     + '<sequenceFlow id="f" sourceRef="x" targetRef="y"><conditionExpression/></sequenceFlow>', ""),
    ("function_unknown", "x", S + script("x", "y", "frobnicate(1)"), ""),
    ("function_near", "x", S + script("x", "y", "subtring(a, 1)"), ""),
    ("feel_expected", "x", S + STATIC_SCRIPT, ""),
    ("name_invalid", "x", S + script("x", "a b", "1"), ""),
    ("name_invalid", "x", S + script("x", "_y", "1"), ""),
    ("work_missing", "x", S + '<serviceTask id="x"/>', ""),
    ("work_missing", "x", S + '<sendTask id="x"/>', ""),
    ("work_missing", "x", S + '<businessRuleTask id="x"/>', ""),
    ("work_missing", "x", S + '<scriptTask id="x"/>', ""),
    ("job_missing", "x", S + throw("x", event("message", "m")), message("m")),
    ("call_empty", "x", S + '<callActivity id="x"/>', ""),
    ("loop_without_collection", "x", S + '<userTask id="x"><multiInstanceLoopCharacteristics/></userTask>', ""),
    ("message_without_key", "x", S + catch("x", event("message", "m")), '<message id="m" name="m"/>'),
    ("value_missing", "x", S + catch("x", event("message")), ""),
    ("reference_missing", "x", S + catch("x", event("signal", "none")), ""),
    ("timer_kind", "x", S + catch("x", timer("Cycle", "R/P1D")), ""),
    ("timer_kind", "late", S + user("x") + boundary("late", "x", timer("Cycle", "R/P1D")), ""),
    ("timer_invalid", "x", S + catch("x", timer("Duration", "soon")), ""),
    ("timer_invalid", "x", S + catch("x", timer("Duration", "P100000000M")), ""),
    ("timer_invalid", "late", S + user("x") + boundary("late", "x", timer("Cycle", "R/PT0S"), False), ""),
    ("timer_invalid", "late", S + user("x") + boundary("late", "x", timer("Cycle", "R-5/PT1S"), False), ""),
    ("no_start", "p", user("a") + user("b") + flows("a b", "b a").replace('id="b__a"', 'id="back"'), ""),
    ("no_start", "p", "", ""),
    ("starts_several", "p", start("x") + start("y"), ""),
    ("start_in_sub_process", "x", S + sub("x", start("i") + start("j")), ""),
    ("start_in_sub_process", "x", S + sub("x", f'<startEvent id="i">{timer("Duration", "P1D")}</startEvent>'), ""),
    ("event_sub_process_start", "h", S + user("x") + sub("h", start("i"), triggered=True), ""),
    ("flow_of_event_sub_process", "start__x",
     S + sub("x", f'<startEvent id="i">{event("error")}</startEvent>', triggered=True), ""),
    ("flow_crosses", "start__i", start() + sub("x", start("s") + user("i") + flows("s i")) + flows("start i"), ""),
    ("flow_into_start", "x__start", S + user("x") + flows("x start"), ""),
    ("flow_out_of_end", "x__start", S + end("x") + user("start2") + flows("x start"), ""),
    ("condition_missing", "x", S + gateway("exclusive", "x") + user("a") + user("b") + flows("x a", "x b"), ""),
    ("condition_misplaced", "start", S + user("a") + when("start", "a", "true"), ""),
    ("boundary_place", "late", S + gateway("parallel", "x") + boundary("late", "x", timer("Duration", "P1D")), ""),
    ("boundary_interrupting", "e", S + job("x") + boundary("e", "x", event("error"), False), ""),
    ("event_gateway_target", "x", TWO, ""),
    ("event_gateway_targets", "x",
     S + gateway("eventBased", "x") + catch("b", timer("Duration", "P1D")) + flows("x b"), ""),
    ("code_twice", "e2", S + job("x") + boundary("e1", "x", event("error")) + boundary("e2", "x", event("error")), ""),
    ("link_without_catch", "x", S + throw("x", '<linkEventDefinition name="l"/>'), ""),
    ("reference_missing", "start__x", S, ""),
    ("id_twice", "x", S + user("x") + user("x"), ""),
    ("binding_needs_tag", "x",
     S + user("x", '<zeebe:formDefinition formId="f" bindingType="versionTag"/>'), ""),
    ("number_bad", "x", S + user("x", '<zeebe:priorityDefinition priority="101"/>'), ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "element", "body", "roots"), REFUSED, ids=[f"{n}-{r[0]}" for n, r in enumerate(REFUSED)]
)
def test_refused_with_element_and_reason(code: str, element: str, body: str, roots: str) -> None:
    with pytest.raises(DiagramRefused) as refused:
        read(body, roots)
    found = {(finding.code, finding.element) for finding in refused.value.findings}
    assert (code, element) in found, found
    assert element in str([f.message for f in refused.value.findings])
    assert [f.message for f in refused.value.findings if ".. " in f.message] == []


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
