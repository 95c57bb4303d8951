"""Activities: mappings around the work, boundary events beside it, and the work of each kind of task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.catching import throw_error
from engine.bpmn.errors import BpmnThrow, Trouble
from engine.bpmn.evaluation import optional_text, text_of, value_of, whole_number
from engine.bpmn.executionlisteners import failure, heard, tell_listeners
from engine.bpmn.listening import close_listeners, fire_conditions, open_listeners, open_wait, spent
from engine.bpmn.model import Element, Phase
from engine.bpmn.nodes import Node, begin_wait, drop_wait, resume, stand_still
from engine.bpmn.outcome import (
    Decided,
    DecisionCall,
    Done,
    Failed,
    JobPromised,
    Later,
    ServiceAnswer,
    ServiceCall,
    Thrown,
)
from engine.bpmn.scopes import copy_in, copy_out, map_in, map_out, write
from engine.bpmn.tokens import Record, Token, Wait
from engine.bpmn.weight import TOO_BIG
from engine.calendar import TimeLimits
from engine.feel.values import Value

__all__ = ["Activity", "DecisionTask", "JobTask", "ReceiveTask", "ScriptTask"]

Result = Mapping[str, Value]
_NONE: Result = {}


class Activity(Node):
    """Inputs, listeners, work, outputs. By itself it does no work: undefined and manual tasks (dialect §8)."""

    def __init__(self, wf_spec: Any, name: str, element: Element, limits: TimeLimits) -> None:
        super().__init__(wf_spec, name, element, limits)
        loop = element.loop
        self.hears = bool(element.heard_by)
        self.copies_in = [one for one in element.copies_in if loop is None or one.target != loop.items_in]
        self.copies_out = [one for one in element.copies_out if loop is None or one.source != loop.output]

    def _update_hook(self, token: Token) -> bool:
        """Whether as many tokens have arrived as it needs; usually one is enough."""
        quantity = self.element.start_quantity
        if quantity == 1 or token.index is not None or token.scope is None:
            return True
        token._set_state(TaskState.WAITING)
        waiting = self.rejoin(token)
        if len(waiting) < quantity:
            return False
        for other in waiting[: quantity - 1]:
            other._set_state(TaskState.CANCELLED)
            other.workflow.forget(other)
            token.scope.live -= 1
        del waiting[:quantity]
        return True

    def rejoin(self, token: Token) -> list[Token]:
        """A token waits for others; answers all that do."""
        key = (token.scope.id if token.scope is not None else token.id, self.name)
        waiting = token.workflow.arrivals.setdefault(key, [])
        waiting.append(token)
        return waiting

    def _on_cancel(self, token: Token) -> None:
        if token._parent is not None and token.scope is not None and self.element.start_quantity > 1:
            waiting = token.workflow.arrivals.get((token.scope.id, self.name), [])
            if token in waiting:
                waiting.remove(token)
        super()._on_cancel(token)

    def _run_hook(self, token: Token) -> bool | None:
        self.enter(token)
        try:
            if not token.heard:
                copy_in(token, self.copies_in)
                map_in(token, self.element.inputs)
            if self.hears and not tell_listeners(token, "start"):
                return None
            if self.listeners and not token.listeners:
                open_listeners(token, self.listeners)
                if token.workflow.conditions and self.fired_on_arrival(token):
                    return None
            result = self.work(token)
        except Trouble as trouble:
            stand_still(token, trouble)
            return None
        except BpmnThrow as thrown:
            throw_error(token, thrown)
            return None
        if result is None or not token.is_live:  # it waits, or its own deed ended the scope it is in
            return None
        return self.finish(token, result)

    def fired_on_arrival(self, token: Token) -> bool:
        """Whether a condition that is true already has ended the activity before its work."""
        fire_conditions(token.workflow)
        return not token.is_live

    def work(self, token: Token) -> Result | None:
        """The result where it is done at once, None where the token waits. Raises Trouble and BpmnThrow."""
        return _NONE

    def finish(self, token: Token, result: Result, *, written: bool = False) -> bool | None:
        """Outputs are mapped and the flows chosen: True where the token may go on, None where it waits or stands still.

        `written`: the outputs are mapped already, an end listener has done its work.
        """
        written = written or (token.incident is not None and token.incident.written)
        token.incident = None
        try:
            if not written:
                self.write_result(token, result)
                copy_out(token, self.copies_out)
                written = True
            if self.hears and not tell_listeners(token, "end"):
                token.caught = result
                return None
            if token.scope is not None and token.scope.task_spec.asks_inside:
                token.scope.task_spec.inner_finishing(token.scope, token)
            token.taken = self.choose(token)
        except Trouble as trouble:
            too_big = bool(result) and not written and trouble.code == TOO_BIG  # then the result cannot be kept
            token.caught = None if too_big else result
            stand_still(token, trouble, leaving=not too_big, written=written)
            return None
        close_listeners(token)
        return True

    def write_result(self, token: Token, result: Result) -> None:
        """Rules 3 and 5 of the scopes."""
        if self.element.outputs:
            map_out(token, self.element.outputs, result)
        elif result:
            write(token, result)

    def happened(self, token: Token, brought: Result) -> None:
        """The work was done elsewhere; `brought` is its result."""
        spent(token)
        self.go_on(token, brought)

    def listened(self, token: Token, phase: Phase, brought: Result) -> None:
        """A listener has done its promised work."""
        spent(token)
        try:
            heard(token, phase, brought)
        except Trouble as trouble:
            stand_still(token, trouble, leaving=phase == "end", written=phase == "end")
            return
        if phase == "start":
            resume(token)
        elif self.finish(token, token.caught or _NONE, written=True):
            token.complete()

    def go_on(self, token: Token, result: Result) -> None:
        """Finishes and completes a token that has waited."""
        if self.finish(token, result):
            token.complete()

    def _on_complete(self, token: Token) -> None:
        scope = token.scope
        if scope is not None and (self.compensated_by or self.undo or token.done):
            names = dict(token.locals) if token.locals and self.compensated_by is None else None
            scope.done = [*(scope.done or ()), Record(self.name, names, token.done or [])]
        super()._on_complete(token)

    def retry(self, token: Token) -> None:
        """The same step again: the way out with the result that was kept, or the whole element."""
        if token.incident is not None and token.incident.leaving:
            self.go_on(token, token.caught or _NONE)
            return
        token.incident = None
        drop_wait(token)
        resume(token)


class ScriptTask(Activity):
    """`zeebe:script`: a FEEL expression whose value becomes one variable."""

    def work(self, token: Token) -> Result:
        script = self.element.script
        if script is None:
            return _NONE
        value = value_of(script.expression, token, "expression")
        return {script.result: value} if script.result else _NONE


class JobTask(Activity):
    """Service tasks, send tasks, message throw and end events, and every task with a `zeebe:taskDefinition`."""

    def work(self, token: Token) -> Result | None:
        job = self.element.job
        if job is None:
            return _NONE
        call = ServiceCall(
            token.id,
            self.element.id,
            text_of(job.type, token, "the job type"),
            job.headers,
            whole_number(job.retries, token, "retries", 3, 0, 1000),
            token.sight(),
        )
        return self.answered(token, call, token.workflow.at_hand.serve(call))

    def answered(self, token: Token, call: ServiceCall, answer: ServiceAnswer) -> Result | None:
        """What the host's answer means for the token."""
        if isinstance(answer, Done):
            return answer.variables
        if isinstance(answer, Later):
            begin_wait(token, Wait("job", call.type))
            token.workflow.tell(JobPromised(replace(call, variables=dict(call.variables))))
            return None
        if isinstance(answer, Thrown):
            raise BpmnThrow(answer.error_code, answer.message, answer.variables)
        raise failure(answer)


class DecisionTask(Activity):
    """A business rule task with a `zeebe:calledDecision`."""

    def work(self, token: Token) -> Result:
        decision = self.element.decision
        if decision is None:
            return _NONE
        call = DecisionCall(
            token.id,
            self.element.id,
            text_of(decision.decision_id, token, "the decision"),
            decision.binding,
            optional_text(decision.version_tag, token, "the version tag"),
            token.sight(),
        )
        answer = token.workflow.at_hand.decide(call)
        if isinstance(answer, Failed):
            raise failure(answer)
        result = answer.variables.get("result")
        detail = {name: value for name, value in answer.variables.items() if name != "result"}
        token.workflow.tell(Decided(token.id, self.element.id, call.decision_id, {"result": result, **detail}))
        return {decision.result: result}


class ReceiveTask(Activity):
    """Waits for a message; unlike a catch event it may carry boundary events."""

    def work(self, token: Token) -> Result | None:
        if token.caught is not None:  # its message has begun the case, or has ended the race before it
            return token.caught
        open_wait(token, self.element.event, token)
        return None
