"""Whether a process can always end: its control flow is played through, without variables, scope by scope.

**What is an error.** Conditions are data, so every choice is tried as if it were free: more can happen in this play
than in any case. What never happens in it happens in no case, and only such a thing refuses a deployment:

- `element_dead`: no run comes to the element. The usual root is a join that waits for two branches of one choice.
- `deadlock`: tokens come to a join, and no run passes it, so whoever comes there waits for good; or some tokens wait
  for good in whatever way it goes (“relaxed soundness” fails: van der Aalst et al., Soundness of workflow nets, 2011).
- `no_way_to_end`: no end can be reached from an element that runs, and nothing from outside ends its scope.
- `never_over`: an end can be reached, and whatever way it goes some token goes on for ever (no “option to complete”).
- `endless_loop`: a way without a wait is entered that has no exit (`loops`); `signal_again`: what hears a signal throws
  it, whatever happens, and hears it again (`signals`).

What only some ways lead to may be excluded by the data: a deadlock behind two choices (`deadlock_possible`), two tokens
where one is meant (`tokens_twice`: it runs as drawn, and that is rarely meant), a loop in which nothing changes
(`loop_unchanged`), a choice without a default. These are warnings. Where a scope can be ended from outside (an event
that interrupts it, an end that terminates what is around it), what never ends by itself is a warning too.

Each scope is played for itself: its sub-processes are steps in it. Where something of a scope is left out (more than
`limit` markings, a join by a condition, ever more tokens), nothing is an error because it was not seen, and the answer
says “not decided”.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.bpmn.model import Element
from engine.bpmn.process import ProcessSpec
from engine.bpmn.refusals import warning
from engine.bpmn.soundness.loops import check_loops
from engine.bpmn.soundness.markings import explore
from engine.bpmn.soundness.net import Net
from engine.bpmn.soundness.signals import check_signals
from engine.bpmn.soundness.verdicts import Scope, verdicts
from engine.findings import Finding

__all__ = ["STATE_LIMIT", "check_soundness"]

STATE_LIMIT: Final = 4_000


def check_soundness(spec: ProcessSpec, limit: int = STATE_LIMIT) -> tuple[Finding, ...]:
    """Deadlocks, tokens that are not joined, elements that never run, no way to the end, loops, missing defaults.

    Errors first. `limit`: how many markings of one scope are looked at.
    """
    inside: dict[str | None, list[Element]] = {}
    for element in spec.elements.values():
        inside.setdefault(element.parent, []).append(element)
    found = [finding for parent, members in inside.items() for finding in _of_scope(spec, parent, members, limit)]
    found += check_signals(spec)
    return tuple(sorted(found, key=lambda finding: not finding.is_error))


def _of_scope(spec: ProcessSpec, parent: str | None, members: list[Element], limit: int) -> Iterator[Finding]:
    around = spec.elements.get(parent or "")
    for one in members:
        if one.type == "exclusiveGateway" and len(one.outgoing) > 1 and not any(f.is_default for f in one.outgoing):
            yield warning("choice_without_default", one.id, one.name)
    scope = Scope(
        Net(members, in_any_order=around is not None and around.ad_hoc is not None),
        spec.process_id if around is None else around.id,
        spec.name if around is None else around.name,
        is_interruptible=_is_interruptible(spec, parent),
    )
    if any(one.type == "complexGateway" or one.start_quantity > 1 or one.completion_quantity > 1 for one in members):
        yield warning("not_decided", scope.id, scope.name, reason="it joins by a condition or a number of tokens")
        explored = None
    else:
        explored = explore(scope.net, limit)
        if not explored.is_decided:
            yield warning("not_decided", scope.id, scope.name, reason="it has too many states")
    yield from verdicts(scope, explored)
    yield from check_loops(scope, explored)


def _is_interruptible(spec: ProcessSpec, scope: str | None) -> bool:
    """Whether something else than its own tokens may end a scope: a handler in or around it, an end around it."""
    at, is_around = scope, False
    while True:
        for one in spec.inside(at):
            if one.triggered_by_event and any(start.interrupting for start in spec.inside(one.id)[:1]):
                return True
            if is_around and one.type == "endEvent" and one.event is not None and one.event.kind != "none":
                return True
        if at is None:
            return False
        element = spec.elements[at]
        if element.triggered_by_event or element.ad_hoc is not None or element.loop is not None:
            return True
        if any(event.interrupting for event in spec.boundary_events(at)):
            return True
        at, is_around = element.parent, True
