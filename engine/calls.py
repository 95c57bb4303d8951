"""Call activities: a called case starts beside its caller; its end, errors and escalations climb; cancelling goes down.

Children are locked after their parent. A child that ends tries its parent without waiting; where another transaction
holds the parent, a job takes the news there (see the lock order in engine/transaction.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast
from uuid import UUID

from sqlalchemy import select

from engine.bpmn.errors import TokenGone
from engine.bpmn.outcome import CalledCase, CaseEnded, ErrorEscaped, EscalationEscaped, Failed
from engine.definitions import definition, find
from engine.errors import CaseClosed, Invalid, NotFound
from engine.feel.values import Value
from engine.models import ProcessInstance
from engine.newcase import Origin, new_case
from engine.step import Step, begin, try_step
from engine.variables import decode, encode

__all__ = [
    "News", "cancel_child", "child_ended", "error_climbs", "escalation_climbs", "go_on", "promised_call", "start_child",
    "tell_parent",
]  # fmt: skip

News = Literal["ended", "error", "escalation"]


def start_child(step: Step, fact: CalledCase) -> Step | None:
    """The child's first step, or the caller's own where there is no such process or the chain is too deep.

    None where the call was ended by what happened beside it in the same step: nothing begins then.
    """
    engine, depth = step.engine, step.instance.depth + 1
    if not _still_calls(step, fact.token):
        return None
    if depth > engine.settings.call_depth:
        limit = engine.settings.call_depth
        return _refuse(step, fact, "too_deep", f"More than {limit} processes would call each other.")
    try:
        found = find(
            step.session, engine, fact.process_id, fact.binding, step.definition.deployment_id, fact.version_tag
        )
    except NotFound:
        return _refuse(step, fact, "process_missing", f"There is no process “{fact.process_id}”.")
    if not step.may_follow():
        step.promise("call", step.now, token=fact.token, element=fact.element, payload=_call_payload(fact))
        return step
    origin = Origin(
        parent_id=step.instance.id, parent_token=fact.token, depth=depth, transient=_transient_of_callers(step)
    )  # fmt: skip
    try:
        return new_case(engine, step.session, found, fact.variables, step.by, origin)
    except Invalid as refused:
        return _refuse(step, fact, "process_unusable", refused.message)


def _transient_of_callers(step: Step) -> frozenset[str]:
    """What leaves no trace in the callers leaves none where a called case begins either."""
    names, parent_id = step.definition.transient, step.instance.parent_id
    while parent_id is not None:
        caller = step.session.get_one(ProcessInstance, parent_id)
        names |= definition(step.session, step.engine, caller.definition_id).transient
        parent_id = caller.parent_id
    return names


def _still_calls(step: Step, token: UUID) -> bool:
    try:
        step.case.visible(token)
    except TokenGone:
        return False
    return True


def _refuse(step: Step, fact: CalledCase, code: str, message: str) -> Step:
    step.case.fail_job(fact.token, Failed("resource", code, {"process": fact.process_id}, message), step.host)
    return step


def _call_payload(fact: CalledCase) -> dict[str, object]:
    return {
        "process_id": fact.process_id, "binding": fact.binding, "version_tag": fact.version_tag,
        "variables": encode(fact.variables),
    }  # fmt: skip


def child_ended(step: Step, fact: CaseEnded) -> Step | None:
    """The parent's step after its child completed."""
    return _climb(step, "ended", "", "", fact.variables)


def error_climbs(step: Step, fact: ErrorEscaped) -> Step | None:
    """The parent's step after an error left its child."""
    if step.instance.parent_id is None:
        return None
    return _climb(step, "error", fact.error_code, fact.message, fact.variables)


def escalation_climbs(step: Step, fact: EscalationEscaped) -> Step | None:
    """The parent's step after an escalation left its child; at the top it is nothing."""
    if step.instance.parent_id is None:
        return None
    return _climb(step, "escalation", fact.escalation_code, "", fact.variables)


def _climb(step: Step, news: News, code: str, message: str, variables: Mapping[str, Value]) -> Step | None:
    parent_id, token = step.instance.parent_id, step.instance.parent_token
    assert parent_id is not None
    assert token is not None
    parent = try_step(step.engine, step.session, parent_id, step.by) if step.may_follow() else None
    if parent is not None and parent.instance.status == "active":
        return tell_parent(parent, token, news, code, message, variables)
    payload: dict[str, object] = {"news": news, "code": code, "message": message, "variables": encode(variables)}
    step.leave("called", parent_id, token, payload)
    step.unheard = True
    return None


def go_on(step: Step) -> Step | None:
    """A called case goes on after its caller has heard its escalation; None where that has ended it.

    By a job where another one takes the escalation there, or this transaction has done enough.
    """
    unheard, step.unheard = step.unheard, False
    if step.instance.ended_at is not None:
        return None
    if unheard or not step.may_follow():
        step.leave("continue", step.instance.id, None, {})
        return None
    step.case.resume(step.host)
    return step


def tell_parent(
    parent: Step, token: UUID, news: News, code: str, message: str, variables: Mapping[str, Value]
) -> Step | None:
    """The parent's step after news from its child; None where the call was interrupted meanwhile."""
    try:
        if news == "ended":
            parent.case.complete_call(token, variables, parent.host)
        elif news == "error":
            parent.case.throw_error(token, code, message, variables, parent.host)
        else:
            parent.case.escalate_call(token, code, variables, parent.host)
    except TokenGone:
        return None
    return parent


def cancel_child(step: Step, token: UUID) -> Step | None:
    """The step that cancels the child of an interrupted call; None where it ended already."""
    query = select(ProcessInstance.id).where(
        ProcessInstance.parent_id == step.instance.id,
        ProcessInstance.parent_token == token,
        ProcessInstance.ended_at.is_(None),
    )
    child_id = step.session.execute(query).scalar_one_or_none()
    if child_id is None:
        return None
    try:
        child = begin(step.engine, step.session, child_id, step.by, suspended_too=True)
    except CaseClosed:
        return None
    child.case.cancel(child.host)
    return child


def promised_call(token: UUID, element: str, payload: Mapping[str, object]) -> CalledCase:
    """The call that an earlier transaction left as a job."""
    binding = cast("Literal['latest', 'deployment', 'versionTag']", payload["binding"])
    tag = payload["version_tag"]
    variables = decode(cast("Mapping[str, object]", payload["variables"]))
    return CalledCase(token, element, str(payload["process_id"]), binding, str(tag) if tag else None, variables)
