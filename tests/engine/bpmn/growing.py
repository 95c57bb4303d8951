"""A generator of diagrams: blocks inside blocks, each element that runs, every way of waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    end,
    event,
    gateway,
    job,
    many,
    script,
    start,
    sub,
    throw,
    timer,
    user,
)

ROOTS = (
    '<message id="M" name="M"><extensionElements>'
    '<zeebe:subscription correlationKey="=&quot;k&quot;"/></extensionElements></message>'
    '<signal id="S" name="S"/><error id="E" name="E" errorCode="E"/><escalation id="X" name="X" escalationCode="X"/>'
    '<escalationEventDefinition id="told" escalationRef="X"/>'
)

CONDITION = "<conditionalEventDefinition><condition>=n &gt; 2</condition></conditionalEventDefinition>"


@dataclass
class Sketch:
    """A diagram that grows: `draw` answers a number below its argument."""

    draw: Callable[[int], int]
    parts: list[str] = field(default_factory=list)
    count: int = 0

    def name(self, kind: str) -> str:
        """A new id."""
        self.count += 1
        return f"{kind}{self.count}"

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """A flow; its id."""
        flow_id = self.name("flow")
        inner = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
        self.parts.append(
            f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
        return flow_id

    def block(self, depth: int) -> tuple[str, str]:
        """Entry and exit of a random block."""
        simple = [self._task, self._job, self._script, self._wait, self._signal, self._many, self._again, self._call,
                  self._undo, self._counted]  # fmt: skip
        nested = [self._sequence, self._parallel, self._choice, self._inclusive, self._loop, self._sub, self._race,
                  self._complex, self._undone, self._transaction, self._any_order]  # fmt: skip
        kinds = simple if depth == 0 or self.count > 60 else simple + nested * 2
        return kinds[self.draw(len(kinds))](depth - 1)

    def _add(self, element_id: str, text: str) -> tuple[str, str]:
        self.parts.append(text)
        return element_id, element_id

    def _task(self, _depth: int) -> tuple[str, str]:
        name = self.name("ask")
        found = self._add(name, user(name))
        self._maybe_boundary(name)
        return found

    def _maybe_boundary(self, owner: str) -> None:
        chosen = self.draw(6)
        if chosen > 3:
            return
        definitions = [timer("Duration", "P1D"), timer("Cycle", "R2/P1D"), event("message", "M"), CONDITION]
        name, after = self.name("bound"), self.name("aside")
        self.parts.append(boundary(name, owner, definitions[chosen], interrupting=chosen == 0))
        self.parts.append(script(after, f"v{self.draw(3)}", "if n = null then 1 else n + 1"))
        self.flow(name, after)

    def _job(self, _depth: int) -> tuple[str, str]:
        name = self.name("work")
        self._add(name, job(name))
        if self.draw(2):
            bound = self.name("failed")
            self.parts.append(boundary(bound, name, event("error", "E")))
        return name, name

    def _script(self, _depth: int) -> tuple[str, str]:
        name = self.name("set")
        return self._add(name, script(name, "n", "if n = null then 1 else n + 1"))

    def _wait(self, _depth: int) -> tuple[str, str]:
        name = self.name("catch")
        definition = [timer("Duration", "P1D"), event("message", "M"), event("signal", "S"), CONDITION][self.draw(4)]
        return self._add(name, catch(name, definition))

    def _signal(self, _depth: int) -> tuple[str, str]:
        name = self.name("throw")
        return self._add(name, throw(name, [event("signal", "S"), event("escalation", "X")][self.draw(2)]))

    def _many(self, _depth: int) -> tuple[str, str]:
        name = self.name("each")
        until = "numberOfCompletedInstances = 2" if self.draw(2) else ""
        marker = many("[1, 2, 3]", sequential=self.draw(2) == 0, output=("all", "item * loopCounter"), until=until)
        found = self._add(name, user(name, inner=marker))
        self._maybe_boundary(name)
        return found

    def _again(self, _depth: int) -> tuple[str, str]:
        name = self.name("repeat")
        condition = "<loopCondition>loopCounter &lt; 2</loopCondition>" if self.draw(2) else ""
        marker = f'<standardLoopCharacteristics loopMaximum="3">{condition}</standardLoopCharacteristics>'
        return self._add(name, user(name, inner=marker))

    def _counted(self, _depth: int) -> tuple[str, str]:
        """BPMN's own multi-instance with an event of its behaviour."""
        name, heard, aside = self.name("each"), self.name("heard"), self.name("aside")
        behaviour = ["None", "One", "All", "Complex"][self.draw(4)]
        attribute = {"None": ' noneBehaviorEventRef="told"', "One": ' oneBehaviorEventRef="told"'}.get(behaviour, "")
        inner = "<loopCardinality>3</loopCardinality>"
        if behaviour == "Complex":
            inner += "<complexBehaviorDefinition><condition>numberOfCompletedInstances &gt; 1</condition>"
            inner += f'<event id="{self.name("event")}"><escalationEventDefinition escalationRef="X"/></event>'
            inner += "</complexBehaviorDefinition>"
        tag = "multiInstanceLoopCharacteristics"
        sequential = str(self.draw(2) == 0).lower()
        marker = f'<{tag} isSequential="{sequential}" behavior="{behaviour}"{attribute}>{inner}</{tag}>'
        self.parts += [
            user(name, inner=marker), boundary(heard, name, event("escalation", "X"), interrupting=self.draw(3) == 0),
            script(aside, "n", "if n = null then 1 else n + 1"),
        ]  # fmt: skip
        self.flow(heard, aside)
        return name, name

    def _any_order(self, depth: int) -> tuple[str, str]:
        """An ad-hoc sub-process; without a user task inside it is worked off by itself."""
        name = self.name("any")
        inner = Sketch(self.draw, count=self.count)
        for _ in range(1 + self.draw(2)):
            first = inner.name("first")
            inner.parts.append(f'<task id="{first}"/>')
            inner.flow(first, inner.block(depth - 1 if depth > 0 else 0)[0])
        self.count = inner.count
        condition = ["", "n != null", "false"][self.draw(3)]
        until = f"<completionCondition>{condition}</completionCondition>" if condition else ""
        ordering, rest = ["Parallel", "Sequential"][self.draw(2)], ["true", "false"][self.draw(2)]
        attributes = f'ordering="{ordering}" cancelRemainingInstances="{rest}"'
        self.parts.append(f'<adHocSubProcess id="{name}" {attributes}>{"".join(inner.parts)}{until}</adHocSubProcess>')
        return name, name

    def _call(self, _depth: int) -> tuple[str, str]:
        name = self.name("call")
        setting = '<extensionElements><zeebe:calledElement processId="other"/></extensionElements>'
        found = self._add(name, f'<callActivity id="{name}">{setting}</callActivity>')
        self._maybe_boundary(name)
        return found

    def _undo(self, _depth: int) -> tuple[str, str]:
        name = self.name("undo")
        quick = '<compensateEventDefinition waitForCompletion="false"/>'
        return self._add(name, throw(name, [event("compensate"), quick][self.draw(2)]))

    def _undone(self, _depth: int) -> tuple[str, str]:
        name, handler, begin = self.name("ask"), self.name("undoing"), self.name("undone")
        work = user(handler) if self.draw(2) else job(handler)
        self.parts += [
            user(name), boundary(begin, name, event("compensate")),
            work.replace(f'id="{handler}"', f'id="{handler}" isForCompensation="true"', 1),
            f'<association id="{self.name("line")}" sourceRef="{begin}" targetRef="{handler}"/>',
        ]  # fmt: skip
        return name, name

    def _complex(self, depth: int) -> tuple[str, str]:
        split, join = self.name("split"), self.name("join")
        branches = 2 + self.draw(2)
        for _ in range(branches):
            entry, exit_ = self.block(depth)
            self.flow(split, entry)
            self.flow(exit_, join)
        condition = f"<activationCondition>activationCount &gt;= {1 + self.draw(branches)}</activationCondition>"
        self.parts += [gateway("parallel", split), f'<complexGateway id="{join}">{condition}</complexGateway>']
        return split, join

    def _transaction(self, depth: int) -> tuple[str, str]:
        name, begin, choose, good, bad = (self.name(kind) for kind in ("all", "start", "choose", "good", "bad"))
        late, out = self.name("late"), self.name("out")
        inner = Sketch(self.draw, count=self.count)
        entry, exit_ = inner.block(depth - 1 if depth > 0 else 0)
        self.count = inner.count
        self.parts.append(f'<transaction id="{name}">{"".join(inner.parts)}{start(begin)}')
        self.flow(begin, entry)
        self.flow(exit_, choose)
        default = self.flow(choose, good)
        self.flow(choose, bad, "n = 2")
        self.parts += [
            f'<exclusiveGateway id="{choose}" default="{default}"/>', end(good), end(bad, event("cancel")),
            "</transaction>", boundary(late, name, event("cancel")), gateway("exclusive", out),
        ]  # fmt: skip
        self.flow(late, out)
        self.flow(name, out)
        return name, out

    def _sequence(self, depth: int) -> tuple[str, str]:
        first, second = self.block(depth), self.block(depth)
        self.flow(first[1], second[0])
        return first[0], second[1]

    def _parallel(self, depth: int) -> tuple[str, str]:
        return self._fork(depth, "parallel")

    def _inclusive(self, depth: int) -> tuple[str, str]:
        return self._fork(depth, "inclusive")

    def _fork(self, depth: int, kind: str) -> tuple[str, str]:
        split, join = self.name("split"), self.name("join")
        default = ""
        for place in range(2 + self.draw(2)):
            entry, exit_ = self.block(depth)
            condition = "" if kind == "parallel" or place == 0 else ["true", "false", "n != null"][self.draw(3)]
            flow_id = self.flow(split, entry, condition)
            default = default or flow_id
            self.flow(exit_, join)
        attribute = f' default="{default}"' if kind == "inclusive" else ""
        self.parts += [f'<{kind}Gateway id="{split}"{attribute}/>', gateway(kind, join)]
        return split, join

    def _choice(self, depth: int) -> tuple[str, str]:
        split, join = self.name("choose"), self.name("meet")
        first, second = self.block(depth), self.block(depth)
        default = self.flow(split, first[0])
        self.flow(split, second[0], ["n != null", "true", "false"][self.draw(3)])
        self.flow(first[1], join)
        self.flow(second[1], join)
        self.parts += [f'<exclusiveGateway id="{split}" default="{default}"/>', gateway("exclusive", join)]
        return split, join

    def _loop(self, depth: int) -> tuple[str, str]:
        head, tail, counter = self.name("again"), self.name("enough"), self.name("turn")
        entry, exit_ = self.block(depth)
        variable = f"turns_{counter}"
        self.parts += [
            gateway("exclusive", head),
            script(counter, variable, f"if {variable} = null then 1 else {variable} + 1"),
        ]
        self.flow(head, entry)
        self.flow(exit_, counter)
        self.flow(counter, tail)
        self.flow(tail, head, f"{variable} &lt; 2")
        out = self.name("out")
        default = self.flow(tail, out)
        self.parts += [f'<exclusiveGateway id="{tail}" default="{default}"/>', f'<task id="{out}"/>']
        return head, out

    def _sub(self, depth: int) -> tuple[str, str]:
        name = self.name("part")
        inner = Sketch(self.draw, count=self.count)
        body = inner.whole(depth)
        self.count = inner.count
        marker = many("[1, 2]", sequential=self.draw(2) == 0) if self.draw(3) == 0 else ""
        self._add(name, sub(name, body, inner=marker))
        self._maybe_boundary(name)
        if self.draw(2):
            self.parts.append(
                boundary(self.name("heard"), name, event("escalation", "X"), interrupting=self.draw(2) == 0)
            )
        return name, name

    def _race(self, _depth: int) -> tuple[str, str]:
        split, join = self.name("race"), self.name("meet")
        for definition in (timer("Duration", "P1D"), event("message", "M")):
            name = self.name("first")
            self.parts.append(catch(name, definition))
            self.flow(split, name)
            self.flow(name, join)
        self.parts += [gateway("eventBased", split), gateway("exclusive", join)]
        return split, join

    def whole(self, depth: int) -> str:
        """A scope with its start, its end and perhaps an event sub-process."""
        begin, finish = self.name("start"), self.name("end")
        entry, exit_ = self.block(depth)
        self.flow(begin, entry)
        self.flow(exit_, finish)
        self.parts += [start(begin), end(finish, event("terminate") if self.draw(6) == 0 else "")]
        if self.draw(4) == 0:
            self._event_sub_process()
        return "".join(self.parts)

    def _event_sub_process(self) -> None:
        name, begin, task = self.name("handler"), self.name("start"), self.name("ask")
        definition = [event("message", "M"), timer("Duration", "P1D"), event("error", "E")][self.draw(3)]
        attribute = "" if "error" in definition or self.draw(2) else ' isInterrupting="false"'
        body = f'<startEvent id="{begin}"{attribute}>{definition}</startEvent>{user(task)}'
        body += f'<sequenceFlow id="{self.name("flow")}" sourceRef="{begin}" targetRef="{task}"/>'
        self.parts.append(sub(name, body, triggered=True))


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """The body of a process."""
    return Sketch(lambda limit: draw(st.integers(0, limit - 1))).whole(depth=3)
