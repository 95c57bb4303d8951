"""What a diagram is refused or warned for: code → what is wrong and how to mend it, in English.

The web pages say the same in French and English by code and parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.findings import Finding, Severity

__all__ = ["MESSAGES", "error", "finding", "warning"]

MESSAGES: Final[Mapping[str, str]] = {
    "not_xml": "The file is not readable XML (line {line}, character {column}). Export it again from the editor.",
    "file_too_big": "The file has {size} bytes; at most {limit} are read. Split the diagram.",
    "not_text": "The file is no text, but perhaps a picture or an archive. Choose a .bpmn file.",
    "not_utf8": "The file is not in UTF-8 ({encoding}). Save it in UTF-8.",
    "doctype": "The file declares a document type, which is never read. Remove the DOCTYPE line.",
    "not_bpmn": "The file is XML, but no BPMN diagram (its root is “{root}”). Choose a .bpmn file.",
    "made_for_camunda_7": "The diagram was made for Camunda 7. Convert it for Camunda 8.",
    "camunda_7_work": "Camunda 7 says by {settings} what it does. Choose its work here (task definition).",
    "camunda_7_person": "Camunda 7 says by {settings} who does it and when. Choose its role and its delay here.",
    "camunda_7_form": "Camunda 7 says by {settings} what is asked. Draw a form beside the diagram, and choose it here.",
    "camunda_7_decision": "Camunda 7 says by {settings} which table decides. Choose the decision and its result here.",
    "camunda_7_data": "Camunda 7 says by {settings} which data come in and go out. Write inputs and outputs in FEEL.",
    "camunda_7_condition": "The condition `{expression}` is written for Camunda 7. Write it in FEEL, beginning with "
    "“=”.",
    "camunda_7_other": "The setting {settings} of Camunda 7 has no effect here. Take it away.",
    "made_for_other": "The diagram was made for {tool}: what only {tool} knows (assignments, classes, forms) has no "
    "effect here. Set it anew for Camunda 8.",
    "inbound_connector": "A connector ({connector}) is to bring this in, and none is run here: it would never come. "
    "Take the connector away, and let a message or a form do it.",
    "platform_unknown": "The diagram was made for “{platform}”. Set its platform to Camunda 8.",
    "no_process": "The file has no executable process. Mark a process as executable.",
    "too_many_elements": "The file has {count} elements; at most {limit} are run. Split the diagram.",
    "id_missing": "A {type} has no id. Open and save the diagram in the editor, or give it one.",
    "id_twice": "The id is used {count} times. Give each element its own.",
    "id_bad": "“{id}” is no id that XML allows. Use letters, digits, “_”, “-” and “.”, beginning with a letter.",
    "attributes_too_many": "It has {count} attributes; at most {limit} are read. Remove some.",
    "text_stray": "A text stands here that nothing reads: “{text}”. Take it out, or make it the documentation of the "
    "element.",
    "operation_unsupported": "The operation “{operation}” is not called here. Choose the work of the task (task "
    "definition), and take the operation away.",
    "operation_message": "The operation “{operation}” takes the message “{other}”, and “{message}” is meant here. Name "
    "the same message in both, or take the operation away.",
    "element_unsupported": "A {type} is not run by this engine. Draw it with other elements: see the list in the "
    "README.",
    "part_twice": "The {type} stands here {count} times, and only one can count. Keep one.",
    "part_misplaced": "A {type} stands inside of the {holder}, where it means nothing. Take it out.",
    "event_unsupported": "A {event} event is not run at this place ({place}). Use another event.",
    "events_together": "A {event} event and a {other} event cannot be parts of one event here. Draw one event "
    "for each.",
    "start_of_all": "A parallel multiple start event begins by messages and signals; a {event} event cannot wait for "
    "them before there is a case. Take it out.",
    "instantiates_place": "What begins a case (instantiate) stands outside of sub-processes and loops, without an "
    "incoming flow but from a none start event to a receive task. Draw it so, or set instantiate to false.",
    "instantiates_by": "“{target}” cannot begin a case behind this gateway: a message or a signal can, one for each "
    "branch of a parallel one. Use such an event, or a start event of its own.",
    "attribute_unsupported": "The attribute {attribute} of a {type} has no meaning here. Remove it.",
    "attribute_value": "{attribute}=“{value}” is not run; only “{allowed}” is. Change it.",
    "extension_unsupported": "The setting zeebe:{extension} is not run on a {type}. Remove it.",
    "extension_attribute_unsupported": "The attribute {attribute} of zeebe:{extension} is not run. Remove it.",
    "filter_of_start": "Where a case begins nothing was created or changed: {attribute} of zeebe:{extension} says "
    "nothing on its start event. Remove it.",
    "extension_twice": "The setting zeebe:{extension} stands here {count} times. Keep one.",
    "data_flow_unsupported": "Data associations with assignments or several sources are not run. Draw one for each, or "
    "use a transformation.",
    "data_unknown": "The data association refers to “{ref}”, which is no data object, property, input or output of the "
    "file. Data stores are not run.",
    "feel_invalid": "The {place} `{expression}` is not valid FEEL: {detail}. Correct it.",
    "function_near": "The {place} `{expression}` calls “{function}”, which is no function here. Is “{nearest}” meant?",
    "function_unknown": "The {place} `{expression}` calls “{function}”, which is no function here. Correct its name.",
    "feel_expected": "The {place} “{text}” must be a FEEL expression, beginning with “=”.",
    "value_missing": "The {place} is empty. Fill it in.",
    "number_bad": "The {place} “{text}” must be a whole number from {low} to {high}.",
    "name_invalid": "The {place} “{text}” cannot be the name of a variable. Use letters, digits and “_”.",
    "binding_unknown": "The binding “{binding}” is unknown. Use latest, deployment or versionTag.",
    "binding_needs_tag": "The binding versionTag needs a version tag.",
    "reference_missing": "The {place} refers to “{ref}”, which is not in the file. Choose an existing one.",
    "error_undefined": "The error “{ref}” is not defined in the file: its id stands for its code.",
    "timer_kind": "A timer {timer} is not allowed at this place. Use {allowed}.",
    "timer_invalid": "The timer “{text}” cannot be read: {detail}",
    "timer_several": "A timer needs exactly one of date, duration and cycle.",
    "message_without_key": "The message “{message}” has no correlation key, which is needed here. Fill it in.",
    "job_missing": "A {type} needs a job type (task definition). Choose what it does.",
    "work_missing": "A {type} needs {wanted}. Fill it in.",
    "work_twice": "A {type} cannot have both {first} and {second}. Keep one.",
    "calls_endless": "Processes call each other without end: {path}. Draw a way that does not call again.",
    "calls_in_circle": "Processes call each other in a circle: {path}. Check that it ends; at most ten calls deep run.",
    "listener_phase": "An execution listener for “{event}” is not run; only start and end are. Choose one of them.",
    "listener_place": "A {type} has no moment for a listener for its {event}. Remove it, or put it on the element "
    "before or behind.",
    "task_listeners": "Task listeners are not run. Use execution listeners (start, end), or a task before or behind.",
    "call_empty": "The call activity names no process. Choose one.",
    "loop_without_collection": "The multi-instance marker has no input collection. Fill it in.",
    "loop_twice": "The multi-instance marker has both {first} and {second}. Keep one.",
    "behaviour_event": "The multi-instance marker throws a {event} event; only signal and escalation events are "
    "thrown. Use one of them.",
    "ad_hoc_event": "A {type} cannot stand in an ad-hoc sub-process, where activities begin in any order. Remove it.",
    "ad_hoc_empty": "The ad-hoc sub-process has no activity without an incoming flow: nothing can begin. Add one.",
    "loop_endless": "The loop has neither a condition nor a maximum. Fill in one of them.",
    "loop_output_half": "An output collection and an output element belong together. Fill in both or none.",
    "flow_end_missing": "The flow has no {end}. Connect both its ends.",
    "flow_crosses": "The flow leads out of its process or sub-process. Connect elements of the same one only.",
    "flow_into_start": "A flow leads into a start event. Remove it.",
    "flow_into_boundary": "A flow leads into a boundary event. Remove it.",
    "flow_out_of_end": "A flow leaves an end event. Remove it.",
    "flow_of_event_sub_process": "A flow touches an event sub-process. Remove it.",
    "never_entered": "Nothing leads to it, and there is a start event elsewhere: it never runs. Connect or remove it.",
    "language_unsupported": "The {place} is written in “{language}”; only FEEL is run. Write it in FEEL.",
    "condition_missing": "The flow “{flow}” out of a forking gateway has neither a condition nor is it the default.",
    "flow_always": "The flow “{flow}” has no condition and is not the default: it is taken whenever it is reached.",
    "handler_missing": "The compensation event needs an association with one activity for compensation beside it. It "
    "leads to: {handler}.",
    "handler_unused": "The activity is for compensation, but no compensation boundary event is associated with it.",
    "compensation_flow": "A flow touches compensation. Use an association between the event and its handler.",
    "compensation_start_place": "Compensation starts an event sub-process inside of a sub-process only.",
    "compensation_elsewhere": "The compensation refers to “{ref}”, which is not in the same scope.",
    "cancel_place": "A cancel event belongs into a transaction or on its boundary.",
    "cancel_without_boundary": "The transaction “{transaction}” has no cancel boundary event to leave by. Add one.",
    "condition_without_phase": "The condition of the flow “{flow}” is asked at the start and again when the gateway "
    "is reset. Say which is meant, by `waitingForStart and …` or `not(waitingForStart) and …`.",
    "condition_ignored": "The flow “{flow}” has a condition, but a parallel gateway takes every flow. Remove it.",
    "condition_misplaced": "The flow “{flow}” has a condition, but leaves a {type}. "
    "Put it behind a task or a gateway that chooses.",
    "default_unknown": "The default flow “{flow}” does not leave this element. Choose another.",
    "no_start": "It has no start event. Add one.",
    "starts_several": "It has {count} none start events: {starts}. Keep one.",
    "start_in_sub_process": "A sub-process begins with exactly one start event without a trigger. It has: {starts}.",
    "event_sub_process_start": "An event sub-process begins with exactly one start event that has a trigger. It has: "
    "{starts}.",
    "event_sub_process_place": "An event start stands outside of an event sub-process. Use a none start event.",
    "boundary_place": "The boundary event is attached to “{ref}”, which cannot carry it. Attach it to an activity.",
    "boundary_interrupting": "An {event} boundary event always interrupts. Set it to interrupting.",
    "start_interrupting": "An {event} start of an event sub-process always interrupts. Set it to interrupting.",
    "event_gateway_targets": "An event-based gateway needs two or more catch events behind it, each entered by it "
    "alone. It leads to: {targets}.",
    "event_gateway_target": "“{target}” cannot stand behind an event-based gateway. Use message, timer or signal catch "
    "events.",
    "code_twice": "Two events catch the same {event} “{caught}” here, this one and “{other}”. Keep one.",
    "link_without_catch": "No link catch event is named “{link}” in the same scope. Add it, or rename.",
    "link_catch_twice": "Several link catch events are named “{link}” in the same scope: {events}. Keep one.",
    "choice_without_default": "The choice has no default flow: where no condition is true, the case stands still.",
    "no_way_to_end": "From here no end can be reached: {elements}. Draw a way out.",
    "never_over": "This never ends: some token always goes on, whatever the others do: {path}, then again {elements}. "
    "Let one way out of it end alone.",
    "deadlock": "A token that comes here waits for ever, because none comes from {missing} as well: {path}. Let "
    "meet what was divided by the same kind of gateway.",
    "deadlock_possible": "A token can wait here for ever, where none comes from {missing} as well: {path}. Check which "
    "flows meet.",
    "tokens_twice": "Two tokens can come here by the same flow, so what follows runs twice: {path}. Join them before.",
    "element_dead": "No way leads to what never runs: {elements}. Connect it, or correct what it waits for.",
    "endless_loop": "This loop has no wait and no way out: {path}, then again {elements}. Draw a way out, or a wait.",
    "signal_again": "What hears the signal “{name}” throws it again without a wait, and hears it again: {path}. Put a "
    "wait between, or throw another signal.",
    "loop_unchanged": "Nothing in this loop waits or changes a variable, so whoever goes round once goes round for "
    "ever: {elements}. Put a wait or the change into it.",
    "not_decided": "Whether it always ends was not decided: {reason}.",
    "never_sent": "Nothing here sends the {event} “{name}” that is waited for. Send it, or list it in the property "
    "case.inbound of the process.",
    "never_sent_near": "Nothing here sends the {event} “{name}” that is waited for. Is “{nearest}” meant?",
    "never_caught": "Nobody here waits for the {event} “{name}”. Catch it, or list it in the property case.outbound "
    "of the process.",
    "never_caught_near": "Nobody here waits for the {event} “{name}”. Is “{nearest}” meant?",
    "variable_unwritten": "`{expression}` reads “{variable}”, which nothing here writes (known: {known}). Correct the "
    "name, or list it in the property case.variables of the process, if it comes from outside.",
    "variable_near": "`{expression}` reads “{variable}”, which nothing here writes. Is “{nearest}” meant?",
    "missing_work": "Nobody here does the work “{name}”: a case that comes here waits until somebody does. Register "
    "it, or choose another.",
    "missing_form": "The form “{name}” is not here: a case that comes here stands still. Put it beside the diagram.",
    "missing_decision": "The decision “{name}” is not here: a case that comes here stands still. Put its table beside "
    "the diagram.",
    "missing_process": "The process “{name}” is not here: a case that comes here stands still. Deploy it too.",
    "missing_near": "There is no {what} “{name}” here. Is “{nearest}” meant?",
    "personal_unknown": "What only the person may do is one of {known}, on a task for a person; “{value}” is not.",
    "personal_no_question": "The form “{name}” has no question “{question}”, which only the person may answer "
    "(task.personal.answer). Write one of its keys: {known}.",
    "property_unknown": "The property “{property}” is not known. Known ones begin with {known}.",
    "hour_in_utc": "The hour of “{text}” is in UTC, and another one by the clock of the house in summer than in "
    "winter. For the same hour all year, repeat from a moment, such as R/2026-01-05T06:00:00[Europe/Paris]/P7D.",
    "lane_and_role": "The task stands in lane “{lane}”, but is for {roles}.",
    "job_headers_only": "Headers without a job have no effect. Remove them.",
}


def finding(
    severity: Severity, code: str, element: str | None = None, element_name: str | None = None, **params: object
) -> Finding:
    """A finding with its English sentence, which names the element."""
    sentence = MESSAGES[code].format_map(params)
    if element is not None:
        sentence = f"“{element_name}” ({element}): {sentence}" if element_name else f"{element}: {sentence}"
    return Finding(severity, code, sentence, params, element, element_name)


def error(code: str, element: str | None = None, element_name: str | None = None, **params: object) -> Finding:
    """What refuses a diagram."""
    return finding("error", code, element, element_name, **params)


def warning(code: str, element: str | None = None, element_name: str | None = None, **params: object) -> Finding:
    """What is shown, but refuses nothing."""
    return finding("warning", code, element, element_name, **params)
