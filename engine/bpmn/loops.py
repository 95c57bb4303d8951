"""Activities that run more than once: multi-instance (dialect §5) and BPMN's standard loop."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.bpmn.activities import Activity
from engine.bpmn.catching import broadcast_inside, throw_escalation
from engine.bpmn.compensation import undo_next
from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import condition, text_of, value_of
from engine.bpmn.listening import open_listeners
from engine.bpmn.model import Loop
from engine.bpmn.nodes import stand_still
from engine.bpmn.scopes import NAME, copy_in, write
from engine.bpmn.tokens import LoopState, Token
from engine.bpmn.weight import check_tokens, check_weight
from engine.feel.values import Value

__all__ = ["MAX_INSTANCES", "LoopBody", "RepeatBody"]

MAX_INSTANCES = 500
_NONE: Mapping[str, Value] = {}


class LoopBody(Activity):
    """A multi-instance body: one inner token an item of its collection, all at once or one after the other.

    Its locals hold the output collection, filled at the item's index and handed to the parent scope at the end.
    """

    asks_inside = True

    def __init__(self, inner: Activity) -> None:
        super().__init__(inner._wf_spec, f"{inner.element.id} (body)", inner.element, inner.limits)
        self.inner = inner
        self.hears = False  # its instances are heard, one by one
        loop = self.element.loop
        self.copies_in = [one for one in self.element.copies_in if loop is not None and one.target == loop.items_in]
        self.copies_out = [one for one in self.element.copies_out if loop is not None and one.source == loop.output]

    def _run_hook(self, token: Token) -> bool | None:
        self.enter(token)
        try:
            if self.listeners and not token.listeners:
                open_listeners(token, self.listeners)
                if token.workflow.conditions and self.fired_on_arrival(token):
                    return None
            copy_in(token, self.copies_in)
            return self._begin(token)
        except Trouble as trouble:
            stand_still(token, trouble)
            return None

    def _begin(self, token: Token) -> bool | None:
        loop = self.element.loop
        if loop is None:
            return True
        items = _items(loop, token)
        if len(items) > MAX_INSTANCES:
            message = f"the input collection has {len(items)} items; at most {MAX_INSTANCES} instances run in one case"
            raise Trouble("expression", "too_many_instances", message, count=len(items), limit=MAX_INSTANCES)
        check_weight(token, items)
        check_tokens(token.workflow, 1 if loop.sequential else len(items))
        updates = loop.output is not None and loop.output == loop.items_in  # then what was not done stays as it was
        outputs: list[Value] = list(items) if updates else [None] * len(items)
        if loop.output:
            token.locals = {**(token.locals or {}), loop.output: outputs}
        token.loop = LoopState(items)
        if not items:
            return self.finish(token, _NONE)
        for _ in items[:1] if loop.sequential else items:
            self._place_next(token)
        return None

    def _place_next(self, token: Token) -> None:
        """Begins the next instance."""
        loop, state = self.element.loop, token.loop
        if loop is None or state is None:
            return
        index = state.next
        state.next += 1
        inner = token.workflow.place(self.inner, token, token)
        inner.index = index
        inner.locals = {"loopCounter": Decimal(index + 1)}
        if loop.item:
            inner.locals[loop.item] = state.items[index]
        if loop.output_name is not None:
            inner.locals.setdefault(loop.output_name, None)
        elif loop.output_item is not None and _is_path(loop.output_item.text):
            inner.locals.setdefault(loop.output_item.text.partition(".")[0].strip(), None)
        self.inner._update(inner)

    def inner_finishing(self, scope: Token, inner: Token) -> None:
        """Collects the item's output and asks the completion condition. Raises Trouble: the instance stands still."""
        loop, state = self.element.loop, scope.loop
        if loop is None or state is None or inner.index is None:
            return
        if loop.output and loop.output_item is not None and scope.locals is not None:
            filled = _outputs(loop.output, scope.locals, len(state.items))
            filled[inner.index] = value = value_of(loop.output_item, inner, "mapping")
            check_weight(inner, value)
            scope.locals[loop.output] = filled
        if loop.condition is None and not loop.thrown:
            return
        counters = self._counters(scope, inner)
        state.is_over = loop.condition is not None and condition(loop.condition, inner, counters)
        state.throwing = [
            place for place, one in enumerate(loop.thrown)
            if (one.condition is None or condition(one.condition, inner, counters))
            and not (loop.once and state.completed)
        ]  # fmt: skip

    def inner_completed(self, scope: Token, inner: Token) -> None:
        """Ends the others where the completion condition said so; else, in sequence, begins the next."""
        loop, state = self.element.loop, scope.loop
        if loop is None or state is None or inner.index is None:
            return
        state.completed += 1
        self._throw(scope, loop, state)
        if not scope.is_live:  # what was thrown has interrupted it
            return
        if state.is_over:
            self._terminate_rest(scope)
        elif loop.sequential and state.next < len(state.items):
            self._place_next(scope)

    def _throw(self, scope: Token, loop: Loop, state: LoopState) -> None:
        """The events of the behaviour, for a boundary event of this activity to catch."""
        for place in state.throwing:
            event = loop.thrown[place].event
            if event.kind == "signal" and event.name is not None and scope.is_live:
                broadcast_inside(scope, text_of(event.name, scope, "the name of the signal"), {})
            elif event.kind == "escalation" and event.code is not None and scope.is_live:
                throw_escalation(scope, text_of(event.code, scope, "the escalation code"), {})

    def _terminate_rest(self, scope: Token) -> None:
        for other in list(scope.workflow.inside(scope)):
            if other.index is not None:
                scope.workflow.discard(other)

    def _counters(self, scope: Token, inner: Token) -> Mapping[str, Value]:
        """What BPMN counts while the instance `inner` completes; it is counted as completed."""
        state = scope.loop or LoopState([])
        return {
            **inner.sight(),
            "numberOfInstances": Decimal(len(state.items)),
            "numberOfActiveInstances": Decimal(state.next - state.completed - 1),
            "numberOfCompletedInstances": Decimal(state.completed + 1),
            "numberOfTerminatedInstances": Decimal(0),
        }

    def emptied(self, scope: Token) -> None:
        if scope.queue is not None:  # it was revived to be undone
            undo_next(scope)
        elif scope.incident is None:
            self.go_on(scope, _NONE)

    def write_result(self, token: Token, result: Mapping[str, Value]) -> None:
        """The output collection goes to the parent scope; mappings run per instance, not here."""
        loop = self.element.loop
        if loop is not None and loop.output and token.locals is not None and token.scope is not None:
            write(token.scope, {loop.output: token.locals[loop.output]})

    def retry(self, token: Token) -> None:
        """The way out again where all instances are done, else the collection: nothing has begun yet."""
        if token.incident is None or not token.incident.leaving:
            token.loop = None
        super().retry(token)


def _items(loop: Loop, token: Token) -> list[Value]:
    """One item an instance; where their number is given, the item is its place, from 1. Raises Trouble."""
    if loop.cardinality is not None:
        value = value_of(loop.cardinality, token, "expression")
        if not isinstance(value, Decimal) or value < 0 or value != value.to_integral_value():
            message = f"the number of instances (`{loop.cardinality.text}`) must be a whole number from 0"
            raise Trouble("expression", "not_a_count", message, expression=loop.cardinality.text)
        return [Decimal(number) for number in range(1, min(int(value), MAX_INSTANCES + 1) + 1)]
    items = None if loop.collection is None else value_of(loop.collection, token, "expression")
    if not isinstance(items, list):
        text = "" if loop.collection is None else loop.collection.text
        raise Trouble("expression", "not_a_list", f"the input collection (`{text}`) must be a list", expression=text)
    return items


def _outputs(name: str, names: Mapping[str, Value], count: int) -> list[Value]:
    """The output collection so far. Raises Trouble where something inside has written another value over it."""
    outputs = names.get(name)
    if not isinstance(outputs, list) or len(outputs) != count:
        message = f"“{name}” collects {count} outputs, but something inside has written over it: rename one of them"
        raise Trouble("mapping", "outputs_overwritten", message, name=name, count=count)
    return list(outputs)


def _is_path(text: str) -> bool:
    """Whether an output element is a plain variable or path (dialect §5), not a computation."""
    return all(NAME.fullmatch(part.strip()) for part in text.split("."))


class RepeatBody(LoopBody):
    """A standard loop: the activity again and again, while its condition holds and its maximum is not reached.

    `loopCounter` counts from 1; the condition is asked before the first turn only where `testBefore` says so.
    """

    def _begin(self, token: Token) -> bool | None:
        token.loop = LoopState([])
        if self._is_over(token, 0):
            return self.finish(token, _NONE)
        self._place_next(token)
        return None

    def _is_over(self, token: Token, completed: int) -> bool:
        """Whether no turn follows after so many. Raises Trouble."""
        repeat = self.element.repeat
        if repeat is None or (repeat.maximum is not None and completed >= repeat.maximum):
            return True
        if repeat.condition is None or (completed == 0 and not repeat.test_before):
            return False
        sight = {**token.sight(), "loopCounter": Decimal(completed)}
        return not condition(repeat.condition, token, sight)

    def _place_next(self, token: Token) -> None:
        state = token.loop
        if state is None:
            return
        state.next += 1
        inner = token.workflow.place(self.inner, token, token)
        inner.index = state.completed
        inner.locals = {"loopCounter": Decimal(state.next)}
        self.inner._update(inner)

    def inner_finishing(self, scope: Token, inner: Token) -> None:
        """Asks whether this was the last turn. Raises Trouble: the turn stands still."""
        if scope.loop is not None and inner.index is not None:
            scope.loop.is_over = self._is_over(scope, scope.loop.completed + 1)

    def inner_completed(self, scope: Token, inner: Token) -> None:
        """One turn is done: the next, or the end."""
        if scope.loop is None or inner.index is None:
            return
        scope.loop.completed += 1
        if not scope.loop.is_over:
            self._place_next(scope)
