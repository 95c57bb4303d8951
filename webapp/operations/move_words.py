"""What ends and what begins when a case is taken elsewhere, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask_babel import lazy_gettext

from engine.bpmn import TokenView
from webapp.operations.ahead import element_name
from webapp.operations.drawing import Drawing
from webapp.words import _

ENDS: Final = {
    "task": lazy_gettext("the task “%(name)s” vanishes from everyone's list"),
    "call": lazy_gettext("the case that “%(name)s” began ends, with everything in it"),
    "job": lazy_gettext("the work “%(name)s” is not done any more"),
    "incident": lazy_gettext("what stands still at “%(name)s” is closed"),
    "choice": lazy_gettext("“%(name)s” ends with what was begun in it"),
    "": lazy_gettext("“%(name)s” ends"),
}
WAITS: Final = lazy_gettext("“%(name)s” is waited for no longer")
BEGINS: Final = {
    "userTask": lazy_gettext("“%(name)s” waits for somebody, as a new task; what was answered before is not lost."),
    "callActivity": lazy_gettext("A new case of “%(name)s” begins."),
    "intermediateCatchEvent": lazy_gettext("“%(name)s” is waited for anew; a term counts from now."),
    "receiveTask": lazy_gettext("“%(name)s” is waited for anew; a term counts from now."),
    "endEvent": lazy_gettext("This way ends there; the case is finished if nothing else is at work in it."),
}
WORKS: Final = frozenset({"serviceTask", "sendTask", "intermediateThrowEvent"})
RECKONS: Final = frozenset({"scriptTask", "businessRuleTask"})


def ends(drawn: Drawing, tokens: Sequence[TokenView], language: str) -> list[str]:
    """A line for each thing that ends."""
    return [
        str(ENDS.get(token.kind, WAITS)) % {"name": element_name(drawn, token.element, language) or token.element}
        for token in tokens
    ]


def begins(drawn: Drawing, element: str, language: str) -> str:
    """What happens first at the new place."""
    name, shape = element_name(drawn, element, language) or element, drawn.shapes.get(element)
    kind = "" if shape is None else shape.kind
    if kind in BEGINS:
        return str(BEGINS[kind]) % {"name": name}
    if kind in RECKONS:
        return _("“%(name)s” is worked out at once, with the values that the case has now.", name=name)
    if kind in WORKS:
        return _(
            "“%(name)s” is done at once, a second time where it was done before: a mail that it sends leaves again.",
            name=name,
        )
    return _("The case goes on at “%(name)s” at once, as far as it can.", name=name)
