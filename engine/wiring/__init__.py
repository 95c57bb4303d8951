"""Whether what a diagram needs comes from somewhere: variables that it reads, messages and signals that it waits for.

Control flow is judged by `engine.bpmn.soundness`. What is missing here may come from outside, where no diagram says it,
so everything is a warning; the process says what comes from and goes to the outside in its properties
`case.variables`, `case.inbound` and `case.outbound` (names, by comma).
"""

from engine.wiring.messages import check_messages, message_ends
from engine.wiring.targets import check_targets
from engine.wiring.variables import Surroundings, check_variables, given_back, given_by_callers

__all__ = [
    "Surroundings",
    "check_messages",
    "check_targets",
    "check_variables",
    "given_back",
    "given_by_callers",
    "message_ends",
]
