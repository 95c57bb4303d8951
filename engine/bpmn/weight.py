"""How much a case may hold: values are weighed where they are written, so that no diagram makes a state without end."""

from __future__ import annotations

from typing import Final

from engine.bpmn.errors import Trouble
from engine.bpmn.tokens import Token, TokenTree
from engine.feel.values import Value

__all__ = ["MAX_TOKENS", "MAX_WEIGHT", "TOO_BIG", "check_tokens", "check_weight", "weight_of"]

TOO_BIG: Final = "state_too_big"
MAX_WEIGHT: Final = 8_000_000  # characters of a stored case, nearly
MAX_TOKENS: Final = 20_000
_LIGHT: Final = 10_000  # a single value below this is not worth looking at the whole case


def weight_of(value: Value, limit: int = MAX_WEIGHT) -> int:
    """About how many characters a value takes when it is stored; counting stops behind the limit."""
    if isinstance(value, str):
        return len(value) + 2
    if not isinstance(value, list | dict):
        return 8
    weight, stack = 0, [value]
    while stack and weight <= limit:
        at = stack.pop()
        if isinstance(at, dict):
            weight += sum(map(len, at))
        for inner in at.values() if isinstance(at, dict) else at:
            if isinstance(inner, str):
                weight += len(inner) + 2
            elif isinstance(inner, list | dict):
                weight += 2
                stack.append(inner)
            else:
                weight += 8
    return weight


def check_weight(token: Token, value: Value) -> None:
    """Before a token writes a value. Raises Trouble where the case would hold more than it may."""
    weight = weight_of(value)
    if weight <= _LIGHT:
        return
    if weight + _held(token.workflow) > MAX_WEIGHT:
        message = f"the variables of this case would take more than {MAX_WEIGHT:,} characters"
        raise Trouble("expression", TOO_BIG, message, limit=MAX_WEIGHT)


def check_tokens(tree: TokenTree, more: int) -> None:
    """Before so many instances begin. Raises Trouble where the case would have too many tokens."""
    if len(tree.tasks) + more > MAX_TOKENS:
        message = f"more than {MAX_TOKENS:,} tokens in one case: start cases of their own instead"
        raise Trouble("expression", "too_many_tokens", message, limit=MAX_TOKENS)


def _held(tree: TokenTree) -> int:
    """What all tokens hold together."""
    weight = 0
    for token in tree.tasks.values():
        weight += weight_of(token.locals) if token.locals else 0
        weight += weight_of(token.loop.items) if token.loop is not None else 0
        if weight > MAX_WEIGHT:
            break
    return weight
