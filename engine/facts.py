"""What each fact of a step becomes: rows of tasks, jobs, subscriptions, incidents and history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from uuid import uuid4

from engine import calls, correlation, deadlines
from engine.assignment import EXCLUDED, candidates_of
from engine.bounds import fitting
from engine.bpmn.explanations import NullExplained
from engine.bpmn.model import Element
from engine.bpmn.outcome import (
    CalledCase,
    CalledCaseDropped,
    CaseEnded,
    Decided,
    ElementEntered,
    ElementLeft,
    ErrorEscaped,
    EscalationEscaped,
    FlowTaken,
    IncidentRaised,
    IncidentResolved,
    JobPromised,
    ServiceCall,
    SignalThrown,
    StepBudgetSpent,
    SubscriptionOpened,
    TaskClosed,
    TaskOpened,
    TimerSet,
    WaitDropped,
)  # fmt: skip
from engine.effects import TOLD, backoff, reason
from engine.feel import StaticText
from engine.further import candidate_rows
from engine.step import OpenedTask, Step
from engine.store import FAR_FUTURE
from engine.variables import encode

__all__ = ["HANDLERS"]


def task_opened(step: Step, fact: TaskOpened) -> None:
    groups, users = (tuple(dict.fromkeys(each)) for each in (fact.candidate_groups, fact.candidate_users))
    due_at = deadlines.schedule(step, fact)
    everyone = candidates_of(groups, users, fact.excluded)
    form = fact.form
    step.rows.tasks[fact.token] = {
        "id": fact.token, "instance_id": step.instance.id, "definition_id": step.definition.id,
        "element": fact.element, "name": fact.name, "state": "created", "assignee": fact.assignee,
        "role": groups[0] if groups else None, "candidates": everyone,
        "form": None if form is None else {
            "id": form.form_id, "binding": form.binding, "version_tag": form.version_tag, "external": form.external,
        },
        "priority": fact.priority, "due_at": due_at, "rank_at": due_at or FAR_FUTURE,
        "follow_up_at": fact.follow_up_at, "properties": encode(fact.properties), "escalation": 0,
        "created_at": step.now, "closed_at": None, "closed_by": None,
    }  # fmt: skip
    step.rows.candidates.extend(
        candidate_rows(
            fact.token, candidates_of(groups[1:], users, fact.excluded), rank_at=due_at or FAR_FUTURE,
            created_at=step.now, assignee=fact.assignee,
        )
    )  # fmt: skip
    step.opened[fact.token] = OpenedTask(fact.token, fact.name, fact.assignee, tuple(everyone))
    step.note("task_opened", fact.element, fact.token)


def task_closed(step: Step, fact: TaskClosed) -> None:
    completed = fact.state == "completed"
    by = step.by.id if completed else None
    step.opened.pop(fact.token, None)
    rows = step.rows
    if fact.token in rows.tasks:
        rows.tasks[fact.token].update(state=fact.state, closed_at=step.now, closed_by=by)
        rows.candidates = [row for row in rows.candidates if row["task_id"] != fact.token]
    else:
        rows.closed.append({"b_id": fact.token, "b_state": fact.state, "b_closed_at": step.now, "b_closed_by": by})
        if not single_candidate(step.definition.spec.elements[fact.element]):
            step.rows.candidates_dropped.add(fact.token)
    if deadlines.declared(step.definition.spec.elements[fact.element]):
        step.rows.drop_waits(fact.token, subscriptions=False)
    step.note(f"task_{fact.state}", fact.element, fact.token, step.answers.pop(fact.token, None), by)


def single_candidate(element: Element) -> bool:
    """Whether the task can have its one role as candidate only: then no further rows need dropping."""
    work = element.work
    if work is None or work.candidate_users is not None or EXCLUDED in element.properties:
        return False
    groups = work.candidate_groups
    return groups is None or (isinstance(groups, StaticText) and "," not in groups.text)


def timer_set(step: Step, fact: TimerSet) -> None:
    step.promise("timer", fact.due_at, token=fact.token, element=fact.element)


def subscription_opened(step: Step, fact: SubscriptionOpened) -> None:
    correlation.subscribe(step, fact)


def wait_dropped(step: Step, fact: WaitDropped) -> None:
    element = step.definition.spec.elements.get(fact.element)
    kind = element.event.kind if element is not None and element.event is not None and not element.job else None
    if element is not None and element.job is not None:
        step.rows.drop_waits(fact.token, subscriptions=False)
    else:
        listens = element is not None and bool(element.heard_by)
        step.rows.drop_waits(fact.token, jobs=kind != "message" or listens, subscriptions=kind != "timer")


def job_promised(step: Step, fact: JobPromised) -> None:
    call, registry = fact.call, step.engine.registry
    failure = step.host.failures.pop(call.token, None)
    known = call.type in registry
    kind = "connector" if call.type in registry.connectors else "service"
    due_at, error, left = step.now, None, attempts_of(step, call)
    if failure is not None:
        due_at, error, left = step.now + backoff(step.engine, 1, call.headers, failure), failure.reason, left - 1
    step.promise(
        kind, due_at, token=call.token, element=call.element, type_=call.type, retries=left,
        payload={"headers": dict(call.headers)},
    )  # fmt: skip
    step.rows.jobs[-1].update(held=not known, error=error, attempts=0 if failure is None else 1)
    if failure is not None:
        step.note("job_failed", call.element, call.token, {"type": call.type, "reason": error, "left": left})


def attempts_of(step: Step, call: ServiceCall) -> int:
    """The attempts that the diagram grants; a connector's own number where it says none."""
    connector = step.engine.registry.connectors.get(call.type)
    job = step.definition.spec.elements[call.element].job
    return call.retries if connector is None or job is None or job.retries is not None else connector.retries


def called_case(step: Step, fact: CalledCase) -> None:
    step.follow_ups.append(partial(calls.start_child, step, fact))


def called_case_dropped(step: Step, fact: CalledCaseDropped) -> None:
    step.follow_ups.append(partial(calls.cancel_child, step, fact.token))


def signal_thrown(step: Step, fact: SignalThrown) -> None:
    correlation.throw_signal(step, fact)


def incident_raised(step: Step, fact: IncidentRaised) -> None:
    step.rows.incidents.append(
        {
            "id": uuid4(), "instance_id": step.instance.id, "token": fact.token, "element": fact.element,
            "kind": fact.kind, "code": fact.code, "params": plain(fact.params), "message": fitting(fact.message),
            "raised_at": step.now, "resolved_at": None, "resolved_by": None,
        }
    )  # fmt: skip
    step.instance.incidents += 1
    step.note("incident_raised", fact.element, fact.token, {"kind": fact.kind, "code": fact.code})


def incident_resolved(step: Step, fact: IncidentResolved) -> None:
    for row in step.rows.incidents:  # raised and resolved in one step
        if row["token"] == fact.token and row["resolved_at"] is None:
            row.update(resolved_at=step.now, resolved_by=step.by.id)
    step.rows.resolved.append(
        {"b_instance": step.instance.id, "b_token": fact.token, "b_at": step.now, "b_by": step.by.id}
    )
    step.instance.incidents = max(0, step.instance.incidents - 1)
    step.note("incident_resolved", fact.element, fact.token, by=step.by.id)


def element_entered(step: Step, fact: ElementEntered) -> None:
    step.path.append(f"+{fact.element}")


def element_left(step: Step, fact: ElementLeft) -> None:
    step.path.append(f"{'!' if fact.canceled else '-'}{fact.element}")


def flow_taken(step: Step, fact: FlowTaken) -> None:
    step.path.append(f">{fact.flow}")


def decided(step: Step, fact: Decided) -> None:
    detail = step.host.decided.pop(fact.token, None) or {"decision": fact.decision_id, **plain(fact.detail)}
    step.note("decided", fact.element, fact.token, detail)


def null_explained(step: Step, fact: NullExplained) -> None:
    told = [reason(warning) for warning in fact.warnings[:TOLD]]
    data: dict[str, object] = {"expression": fitting(fact.expression, 200), "warnings": told}
    if not any(row["kind"] == "null_explained" and row["data"] == data for row in step.rows.history):
        step.note("null_explained", fact.element, fact.token, data)


def budget_spent(step: Step, fact: StepBudgetSpent) -> None:
    if fact.caller_first:
        step.follow_ups.append(partial(calls.go_on, step))
    else:
        step.promise("continue", step.now)


def error_escaped(step: Step, fact: ErrorEscaped) -> None:
    step.follow_ups.append(partial(calls.error_climbs, step, fact))


def escalation_escaped(step: Step, fact: EscalationEscaped) -> None:
    step.follow_ups.append(partial(calls.escalation_climbs, step, fact))


def case_ended(step: Step, fact: CaseEnded) -> None:
    instance = step.instance
    if instance.incidents:
        step.rows.resolve_all(step.now, step.by.id)
    instance.status, instance.ended_at, instance.incidents = fact.state, step.now, 0
    if instance.start_key is not None:
        correlation.start_key_freed(step)
        instance.start_key = None
    if step.stored and step.case.spec.catches_messages:
        correlation.give_back_pending(step.session, instance.id)
    step.rows.ended = True
    step.note(f"case_{fact.state}", by=step.by.id)
    if instance.parent_id is not None and fact.state == "completed":
        step.follow_ups.append(partial(calls.child_ended, step, fact))


def plain(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as JSON can hold them."""
    simple = (str, int, bool, type(None))
    return {name: value if isinstance(value, simple) else str(value) for name, value in params.items()}


HANDLERS: Final[Mapping[type, Callable[[Step, Any], None]]] = {
    TaskOpened: task_opened, TaskClosed: task_closed, TimerSet: timer_set, SubscriptionOpened: subscription_opened,
    WaitDropped: wait_dropped, JobPromised: job_promised, CalledCase: called_case,
    CalledCaseDropped: called_case_dropped, SignalThrown: signal_thrown, IncidentRaised: incident_raised,
    IncidentResolved: incident_resolved, ElementEntered: element_entered, ElementLeft: element_left,
    FlowTaken: flow_taken, Decided: decided, NullExplained: null_explained,
    StepBudgetSpent: budget_spent, ErrorEscaped: error_escaped,
    EscalationEscaped: escalation_escaped, CaseEnded: case_ended,
}  # fmt: skip
