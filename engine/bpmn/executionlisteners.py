"""Execution listeners of the dialect (dialect §3): jobs before the work of an element and after it, one by one.

A start listener runs when the inputs are mapped; what it answers becomes local to the element. An end listener runs
when the outputs are written; what it answers is a result (rule 3 of the scopes). `Token.heard` counts those that are
done, the start listeners first, so that a retry goes on at the one that failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import text_of, whole_number
from engine.bpmn.model import Phase
from engine.bpmn.nodes import begin_wait
from engine.bpmn.outcome import Done, Failed, JobPromised, Later, ServiceCall
from engine.bpmn.scopes import write
from engine.bpmn.tokens import Token, Wait
from engine.bpmn.weight import check_weight
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.bpmn.model import ExecutionListener

__all__ = ["PHASES", "failure", "heard", "in_phase", "tell_listeners", "thrown_by_listener"]

PHASES: Final[Sequence[Phase]] = ("start", "end")  # what the key of a token's wait says while a listener works


def in_phase(listeners: Sequence[ExecutionListener], phase: Phase) -> Sequence[ExecutionListener]:
    """Those of one phase, in the order of the file."""
    return tuple(one for one in listeners if one.phase == phase)


def tell_listeners(token: Token, phase: Phase) -> bool:
    """Runs what is left to run of a phase; False where one of them was promised as a job. Raises Trouble."""
    element = token.task_spec.element
    before = 0 if phase == "start" else len(in_phase(element.heard_by, "start"))
    for listener in in_phase(element.heard_by, phase)[max(0, token.heard - before) :]:
        call = ServiceCall(
            token.id,
            element.id,
            text_of(listener.type, token, "the job type"),
            element.job.headers if element.job is not None else {},
            whole_number(listener.retries, token, "retries", 3, 0, 1000),
            token.sight(),
        )
        answer = token.workflow.at_hand.serve(call)
        if isinstance(answer, Later):
            begin_wait(token, Wait("job", call.type, phase))
            token.workflow.tell(JobPromised(replace(call, variables=dict(call.variables))))
            return False
        if isinstance(answer, Done):
            heard(token, phase, answer.variables)
        elif isinstance(answer, Failed):
            raise failure(answer)
        else:
            raise thrown_by_listener(answer.error_code)
    return True


def thrown_by_listener(code: str) -> Trouble:
    """A listener cannot throw a BPMN error: it is no part of the work."""
    return Trouble("job", "listener_threw", f"a listener answered with the error “{code}”", error_code=code)


def heard(token: Token, phase: Phase, variables: Mapping[str, Value]) -> None:
    """One listener is done. Raises Trouble where the case would hold too much."""
    if phase == "start":
        for value in variables.values():
            check_weight(token, value)
        token.locals = {**(token.locals or {}), **variables}
    elif token.scope is not None:
        write(token if token.index is not None else token.scope, variables)
    token.heard += 1


def failure(answer: Failed) -> Trouble:
    """A host's failure as the incident it makes."""
    return Trouble(answer.kind, answer.code, answer.message, **dict(answer.params))
