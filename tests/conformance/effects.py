"""The effects of a pack: what the scripts and services of its diagrams do (“Effects” of the case format)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.bpmn.outcome import Done, Failed, ServiceAnswer, Thrown
from engine.bpmn.xml import BPMN
from engine.feel import Environment, compile_expression
from engine.feel.values import Value

__all__ = ["Applied", "Effects"]

TASK_OF_GLOBAL = "_task"  # the reader's suffix for the one task of a global task
_GLOBAL = ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask")


@dataclass(slots=True)
class Applied:
    """What the effects of one execution came to: the answer of the work, what was set on the way, what was logged."""

    answer: ServiceAnswer
    variables: dict[str, Value] = field(default_factory=dict)
    logged: list[str] = field(default_factory=list)


class Effects:
    """The effects of a case's elements, by their ids as written in its files."""

    def __init__(self, case: Mapping[str, Any], files: Sequence[bytes]) -> None:
        self._services: Mapping[str, Any] = case.get("services", {})
        self._texts: Mapping[str, Any] = case.get("rewrite", {})
        self._scripts: dict[str, str] = {}
        self._globals: set[str] = set()
        for root in (etree.fromstring(data) for data in files):
            self._scripts.update(_scripts(root))
            self._globals.update(node.get("id", "") for node in root.iter(*(f"{{{BPMN}}}{name}" for name in _GLOBAL)))

    def written(self, element: str) -> str:
        """The id that an element has in the file: the one task of a global task goes by the id of that."""
        plain = element.removesuffix(TASK_OF_GLOBAL)
        return plain if plain != element and plain in self._globals else element

    def of(self, element: str) -> list[Mapping[str, Any]]:
        """What happens when an element is executed, in order."""
        name = self.written(element)
        found = self._services.get(name)
        if found is None:
            found = self._texts.get(self._scripts.get(name, ""), {})
        listed = found if isinstance(found, list) else [found]
        return [one for one in listed if isinstance(one, Mapping)]  # a text has a value, and no effect

    def apply(self, element: str, sight: Mapping[str, Value], environment: Environment) -> Applied:
        """Does what happens when an element is executed."""
        seen = dict(sight)
        applied = Applied(Done({}))
        for effect in self.of(element):
            if "when" in effect and _feel(effect["when"], seen, environment) is not True:
                continue
            for name, text in effect.get("set", {}).items():
                applied.variables[name] = seen[name] = _feel(text, seen, environment)
            if "log" in effect:
                applied.logged.append(effect["log"])
            if "error" in effect:
                applied.answer = Thrown(effect["error"], "", applied.variables)
                return applied
            if effect.get("fail"):
                applied.answer = Failed("job", "failed", {}, "failed")
                return applied
        applied.answer = Done(applied.variables)
        return applied


def _scripts(root: etree._Element) -> Iterator[tuple[str, str]]:
    for node in root.iter(f"{{{BPMN}}}scriptTask", f"{{{BPMN}}}globalScriptTask"):
        script = node.find(f"{{{BPMN}}}script")
        if script is not None:
            yield node.get("id", ""), "".join(script.itertext()).strip()


def _feel(text: str, sight: Mapping[str, Value], environment: Environment) -> Value:
    return compile_expression(text, names=list(sight)).evaluate(sight, environment).value
