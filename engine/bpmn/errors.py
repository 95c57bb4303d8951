"""What a diagram or a case refuses, and the three troubles that a step may meet inside itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import Conflict, Invalid
from engine.feel.values import Value
from engine.findings import Finding

__all__ = [
    "BpmnThrow",
    "DiagramRefused",
    "NoPlaceToGoOn",
    "NotEnabled",
    "NotMovable",
    "NotSkippable",
    "StateUnreadable",
    "TokenGone",
    "Trouble",
    "VariableRefused",
    "VariablesTooBig",
]


class DiagramRefused(Invalid):
    """The diagram {name} was refused: {summary}

    `findings` holds every reason, with the element it belongs to.
    """

    code = "diagram_refused"

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [finding.message for finding in findings if finding.is_error]
        more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
        super().__init__(name=name, count=len(errors), summary=" ".join(errors[:3]) + more)


class TokenGone(Conflict):
    """The case no longer waits at {element}.

    The work was done already, or an event ended it.
    """

    code = "token_gone"


class NotEnabled(Conflict):
    """“{element}” cannot begin now.

    It is not among what may begin, another goes first, or the ad-hoc sub-process is closing.
    """

    code = "not_enabled"


class NotMovable(Conflict):
    """“{element}” cannot be moved by itself.

    It is one of several instances, an event that waits beside the work, or handled by an event: move what is around it.
    """

    code = "not_movable"


class NoPlaceToGoOn(Invalid):
    """The case cannot go on at “{element}”: choose an element of the same part of the diagram, behind which no gateway
    waits for a way that nothing comes by any more."""

    code = "no_place_to_go_on"


class NotSkippable(Conflict):
    """“{element}” cannot be passed over: it decides about the way. Choose where the case goes on instead."""

    code = "not_skippable"


class StateUnreadable(Invalid):
    """The stored state of this case cannot be read: {reason}."""

    code = "state_unreadable"


class VariableRefused(Invalid):
    """“{name}” cannot be the name of a variable."""

    code = "variable_refused"


class VariablesTooBig(Invalid):
    """These variables are too big: a case holds at most {limit} characters."""

    code = "variables_too_big"


class Trouble(Exception):
    """A branch cannot go on by itself (dialect §9): kind, code and parameters of the incident to be."""

    def __init__(self, kind: str, code: str, message: str, /, **params: object) -> None:
        self.kind = kind
        self.code = code
        self.params: Mapping[str, object] = params
        super().__init__(message)


class BpmnThrow(Exception):
    """A BPMN error that an element throws (dialect §8)."""

    def __init__(self, error_code: str, message: str, variables: Mapping[str, Value]) -> None:
        self.error_code = error_code
        self.message = message
        self.variables = variables
        super().__init__(error_code)
