"""The one tree of errors. The class docstring is the English message; `webapp` puts code and parameters into words."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from engine.findings import Finding


class AmicaleError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.__doc__:
            raise TypeError(f"{cls.__name__} needs a docstring: it is the message")

    def __init__(self, **params: object) -> None:
        self.params: Mapping[str, object] = params
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The first paragraph of the class docstring, filled with the parameters."""
        template = inspect.cleandoc(type(self).__doc__ or "").split("\n\n")[0].replace("\n", " ")
        return template.format_map(_Visible(self.params))


class _Visible(dict[str, object]):
    """Leaves a placeholder readable where a parameter was not given, so that a message never fails to print."""

    def __missing__(self, key: str) -> str:
        return f"({key})"


class NotFound(AmicaleError):
    """There is no {kind} {id}, or you may not see it."""

    code = "not_found"


class Refused(AmicaleError):
    """You may not {action} this {kind}."""

    code = "refused"


class FourEyes(Refused):
    """“{name}” concerns yourself, or what you asked for or approved: somebody else does it."""

    code = "four_eyes"


class OwnSignature(Refused):
    """“{name}” binds whoever signs or consents: it goes to nobody else, and back to no queue."""

    code = "own_signature"


class Conflict(AmicaleError):
    """This changed while you were working on it."""

    code = "conflict"


class TaskClosed(Conflict):
    """{closed_by} already completed “{name}”."""

    code = "task_closed"


class TaskTaken(Conflict):
    """{assignee} already took “{name}”."""

    code = "task_taken"


class CaseClosed(Conflict):
    """This case ended on {ended_at}; nothing more can be done in it."""

    code = "case_closed"


class CaseSuspended(Conflict):
    """This case is suspended: resume it first."""

    code = "case_suspended"


class UndoTooLate(Conflict):
    """The case has gone on since: “{name}” cannot be undone any more."""

    code = "undo_too_late"


class EffectLeft(UndoTooLate):
    """“{element}” has begun to leave the house on {at}: “{name}” cannot be undone any more."""

    code = "effect_left"


class ActedAfter(UndoTooLate):
    """{by} has acted in this case after you: “{name}” cannot be undone any more."""

    code = "acted_after"


class Invalid(AmicaleError):
    """{reason}"""

    code = "invalid"


class DeploymentRefused(Invalid):
    """The deployment was refused, nothing was changed: {summary}

    `findings` holds them all, warnings too (`engine.findings.Finding`).
    """

    code = "deployment_refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [finding.message for finding in self.findings if finding.is_error]
        more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
        super().__init__(count=len(errors), summary=" ".join(errors[:3]) + more)


class NotATime(Invalid):
    """“{text}” is not {expected}. Write for example {example}."""

    code = "not_a_time"


class TimePast(Invalid):
    """{until} is over already: choose a later day."""

    code = "time_past"


class TimeTooFar(Invalid):
    """“{text}” reaches further than {years} years."""

    code = "time_too_far"


class CycleTooShort(Invalid):
    """“{text}” would repeat more often than every {seconds} seconds."""

    code = "cycle_too_short"


class InvalidVariable(Invalid):
    """“{name}” cannot be the name of a variable: {why}."""

    code = "invalid_variable"


class TextRefused(Invalid):
    """The {what} cannot be stored: it has more than {limit} characters, or one that no database takes."""

    code = "text_refused"


class CaseCalled(Conflict):
    """Another case called this one and waits for it: cancel that one instead."""

    code = "case_called"


class TimerMoved(Conflict):
    """Somebody changed this date meanwhile: it is due on {due_at}."""

    code = "timer_moved"


class CaseAtHand(Conflict):
    """This case is being moved by the very work that asks for it: leave it a message instead."""

    code = "case_at_hand"


class RequestKeyReused(Conflict):
    """This request was already used for something else. Reload the page and try again."""

    code = "request_key_reused"


class ResultUndeclared(AmicaleError):
    """The work “{type}” answers the variable “{name}”, which it does not name among its results. Declare it there."""

    code = "result_undeclared"


class DuplicateRegistration(Invalid):
    """Two handlers are registered for “{type}”: {first} and {second}."""

    code = "duplicate_registration"


class WorkFailed(AmicaleError):
    """{reason}

    Raised by a service task or connector whose work could not be done. `again=False` says that trying again is
    useless: an incident at once. `retry_after` overrides the back-off. The reason is shown to staff: no personal data.
    """

    code = "work_failed"

    def __init__(self, reason: str, *, again: bool = True, retry_after: timedelta | None = None) -> None:
        super().__init__(reason=reason)
        self.again = again
        self.retry_after = retry_after


class NoPlaceToBegin(Invalid):
    """The process “{process}” cannot begin at “{element}”: {reason}."""

    code = "no_place_to_begin"


class NoPlainStart(Invalid):
    """The process “{process}” begins by an event only: nobody can start it by hand."""

    code = "no_plain_start"


class NoSuchStart(Invalid):
    """The process “{process}” has no start event “{event}”."""

    code = "no_such_start"


class StartNameNotFixed(Invalid):
    """The name of a start event's message or signal must be text without variables, which `{expression}` is not."""

    code = "start_name_not_fixed"


class OutcomeUnknown(WorkFailed):
    """{reason}

    Raised by a connector whose call left and was not answered. Where it may not be made twice, a person decides;
    elsewhere it is tried again.
    """

    code = "outcome_unknown"


class DecisionNeeded(Conflict):
    """Nobody knows whether this was done. Say first whether it went out, then it can go on."""

    code = "decision_needed"


class AlreadyDecided(Conflict):
    """Somebody has already said whether this went out."""

    code = "already_decided"


class BpmnError(AmicaleError):
    """The work answered with the error “{error_code}”: {reason}

    Raised by a service task or connector to continue at the error event that catches the code (BPMN 2.0 §10.5.5).
    """

    code = "bpmn_error"

    def __init__(self, error_code: str, reason: str = "", variables: Mapping[str, object] | None = None) -> None:
        super().__init__(error_code=error_code, reason=reason)
        self.error_code = error_code
        self.reason = reason
        self.variables: Mapping[str, object] = variables or {}
