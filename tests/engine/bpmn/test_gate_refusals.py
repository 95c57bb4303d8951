"""What the gate refuses, by element and code: the whole list of the dialect's refusals."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
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
