"""What deployments and incidents say, by code, and the words that are put into sentences about diagrams and forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Of which parameter the place inside an expression is the better word.
NESTED: Final[Mapping[str, str]] = {"feel_invalid": "detail"}

DEPLOYED: Final[Mapping[str, str]] = {
    "golden_case_red": "{file}, case “{case}”: expected {expected}, got {got} (row {rows}). Correct the table, or the "
    "case.",
    "golden_cases_alone": "{file}: there is no decision “{decision}” beside it.",
    "golden_cases_unreadable": "The golden cases in {name} cannot be read: {reason}.",
    "translations_unreadable": "{file}: its translations are no JSON (line {line}, character {column}). Correct the "
    "file.",
    "form_unreadable": "{file}: this is not a form: JSON with an id is expected. Save it again in the editor.",
    "duplicate_id": "{file}: the id “{id}” is used in {other} too. Change one of them.",
    "text_too_long": "{file}: the {what} “{text}” has more than {limit} characters. Shorten it.",
    "text_not_storable": "{file}: the {what} “{text}” holds a character that cannot be stored. Remove it.",
    "process_other": "{file}: this diagram is “{id}”; the draft is of “{wanted}”. Give the process its id back: "
    "running cases and other processes know it by that.",
    "process_gone": "There is no diagram of the process “{wanted}” among these files. Take the diagram up again from "
    "an earlier save.",
    "role_unknown": "nobody can hold the role “{role}”: choose one of the association’s roles.",
    "mail_text_missing": "this mail has no text: choose one under “Which text”, or in the header template.",
    "mail_text_unknown": "there is no mail text “{name}”: choose one of the list of texts.",
    "approval_unasked": "its answer is never asked: whatever somebody says, the case goes on alike. Put a choice "
    "behind it whose condition names one of: {variables}.",
    "english_missing": "it has no English name: give it one in the setting i18n.en.name.",
    "table_english_missing": "it has no English for {texts}: write it below the table.",
    "table_english_old": "the English of {texts} is that of the former text: look at it below the table.",
    "start_refused": "The start event cannot be set: {reason} Correct its name or its time.",
}
INCIDENTS: Final[Mapping[str, str]] = {
    "attempts_exhausted": "The work “{type}” did not succeed, however often it was tried: {reason}",
    "outcome_unknown": "Nobody knows whether “{type}” was done: {reason}",
    "no_retries": "The work “{type}” was given no attempt.",
    "decision_missing": "There is no decision “{decision}”. Deploy it, then try again.",
    "process_missing": "There is no process “{process}”. Deploy it, then try again.",
    "process_unusable": "The process “{process}” cannot be started from here.",
    "too_deep": "Too many processes call each other: “{process}” is not started any more.",
    "unhandled_error": "The error “{error_code}” occurred, and nothing in the diagram catches it.",
    "deadlock": "“{name}” waits for a branch that cannot come any more: nothing else is at work in this case.",
    "no_flow_true": "No condition behind “{name}” is true, and there is no default flow.",
    "endless_loop": "{count} elements ran without a wait: this loop has no end.",
    "state_too_big": "The variables of this case would take more than {limit} characters.",
    "too_many_tokens": "More than {limit} branches in one case: start cases of their own instead.",
    "too_many_instances": "The collection has {count} entries; at most {limit} run in one case.",
    "not_a_list": "`{expression}` must answer a list.",
    "outputs_overwritten": "“{name}” collects {count} outputs, but something inside has written over it: rename one of "
    "them in the diagram.",
    "listener_threw": "A listener answered with the error “{error_code}”; only the work itself can throw errors.",
    "not_a_count": "The number of instances (`{expression}`) must be a whole number from 0.",
    "not_enabled": "`{expression}` must be a list of ids of elements that can begin here: {known}.",
    "function_as_value": "`{expression}` answers a function, which no variable can hold.",
    "not_text": "{what} (`{expression}`) must be text.",
    "not_texts": "{what} (`{expression}`) must be a list of texts.",
    "empty_text": "{what} (`{expression}`) is empty.",
    "not_a_number": "{what} (`{expression}`) must be a whole number from {low} to {high}.",
    "text_too_long": "{what} (`{expression}`) has more than {limit} characters.",
    "text_not_storable": "{what} (`{expression}`) holds a character that cannot be stored.",
    "timer_empty": "The time of the timer is empty.",
}
# Places, kinds and reasons as `engine.bpmn` and `forms` name them.
PARTS: Final = (
    "input mapping", "target of an input mapping", "output mapping", "assignee", "candidate groups", "candidate users",
    "due date", "follow-up date", "form", "form's address", "form key", "result variable", "script",
    "output collection", "output element", "input collection", "input element", "completion condition",
    "loop condition", "loop maximum", "loop cardinality", "elements to begin", "condition of the behaviour",
    "transformation",
    "activation condition", "condition", "name of the message", "correlation key",
    "name of the link", "error code", "escalation code", "event definition", "it is nested too deep",
    "a caught code is static", "the correlation key", "file name", "id", "name", "version tag", "job type",
    "candidate group", "the size in bytes", "the nesting", "the outermost value is not an object",
    "a component is not an object", "it has no list of components, or its type is not “default”",
    "true or false", "a whole number from 0", "a number or an expression", "email or phone",
    "multi-instance marker at this place", "multi-instance marker", "loop marker", "extension elements", "event",
    "expression", "script in another language", "none",
    "task", "user task", "service task", "script task", "send task", "receive task", "manual task",
    "business rule task", "call activity", "sub-process", "ad-hoc sub-process", "transaction", "event sub-process",
    "start event",
    "end event", "boundary event", "intermediate catch event", "intermediate throw event", "exclusive gateway",
    "inclusive gateway", "complex gateway", "parallel gateway", "event-based gateway", "sequence flow", "process",
    "message", "signal", "timer", "error", "escalation", "link", "conditional", "compensation", "terminate", "cancel",
    "it joins by a condition or a number of tokens", "work", "decision", "it has too many states",
    "unknown", "a job type", "a script or a job type", "a decision or a job type", "a decision", "a script",
    "conditional event", "message end event", "message intermediate throw event", "a cycle", "a duration", "a moment",
    "warning",
    "markup written by hand can carry scripts and break the page for screen readers",
    "pages of other sites are never embedded", "pictures from other places reveal who reads the page",
    "it is not JSON in UTF-8, a name stands twice in one object, or a number is none",
    "an object", "a list", "a text", "a whole number from 0 to 100", "a whole number from 1 to 100",
    "a country code, such as FR", "a date such as 1900-01-01, or an expression",
    "a date such as 2026-12-31, or an expression", "a FEEL expression, beginning with “=”",
)  # fmt: skip
