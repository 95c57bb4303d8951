"""Plays a pack of BPMN conformance cases: `python -m tests.conformance.bpmn --pack FILE.json --root DIR`.

The format is described beside the packs. Ends with `N passed, M failed`.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.bpmn import DiagramRefused, ProcessSpec, read_diagram
from engine.bpmn.xml import BPMN
from engine.calendar import TimeLimits, parse_duration
from engine.errors import AmicaleError
from engine.feel.values import Value, from_python
from tests.conformance.disguises import disguised
from tests.conformance.plain_bpmn import plainly_named, rewritten
from tests.conformance.world import World

LIMITS = TimeLimits(years=100, shortest_cycle=timedelta(0))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one case: passed, failed or refused, and why."""

    case_id: str
    feature: str
    outcome: str
    detail: str = ""
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Modes:
    """How the cases are played: stored after every step, their files in another order or without ids of flows."""

    roundtrip: bool = False
    shuffle: int | None = None
    no_flow_ids: bool = False


PLAIN = Modes()


class Unexpected(Exception):
    """A step did not go as the pack says."""


class Player:
    """Plays the steps of one case."""

    def __init__(self, case: Mapping[str, Any], files: list[bytes], *, modes: Modes) -> None:
        self.case = case
        roots = [etree.fromstring(data) for data in files]
        processes: dict[str, ProcessSpec] = {}
        for place, original in enumerate(files):
            data = disguised(original, shuffle=modes.shuffle, flow_ids=not modes.no_flow_ids)
            for process in read_diagram(rewritten(data, case), name=f"file {place}", limits=LIMITS).processes:
                processes[process.process_id] = process
        self.scripts, self.messages = _scripts(roots), _thrown_messages(processes)
        self.world = World(
            processes, self._effect, lambda element: self.messages.get(element, []), roundtrip=modes.roundtrip
        )

    def _effect(self, element: str) -> Any:
        services = self.case.get("services", {})
        if element in services:
            return services[element]
        return self.case.get("rewrite", {}).get(self.scripts.get(element, ""), {})

    def play(self) -> None:
        """Every step; raises Unexpected at the first that goes wrong."""
        for step in self.case["steps"]:
            for verb, argument in step.items():
                if verb in ("ordered", "received"):
                    continue
                getattr(self, f"_{verb}")(argument, step)

    def _start(self, argument: Mapping[str, Any], _step: object) -> None:
        self.world.start(argument["process"], _values(argument))

    def _complete(self, argument: Mapping[str, Any], _step: object) -> None:
        for _ in range(argument.get("times", 1)):
            if not self.world.complete(argument["element"], _values(argument)):
                raise Unexpected(f"{argument['element']} is not open")

    def _complete_all(self, argument: Mapping[str, Any], _step: object) -> None:
        left = Counter(argument["elements"])
        while left:
            done = next((element for element in left if self.world.complete(element, _values(argument))), None)
            if done is None:
                raise Unexpected(f"not open: {dict(left)}")
            left = left - Counter([done])

    def _message(self, argument: Mapping[str, Any], step: Mapping[str, Any]) -> None:
        correlation = from_python(argument.get("correlation", {}))
        received = self.world.send(
            argument["name"], _values(argument), correlation if isinstance(correlation, dict) else {}
        )
        if received != step.get("received", argument.get("received", True)):
            raise Unexpected(f"message {argument['name']} received: {received}")

    def _signal(self, argument: Mapping[str, Any], _step: object) -> None:
        self.world.signal(argument["name"], _values(argument))

    def _set(self, argument: Mapping[str, Any], _step: object) -> None:
        self.world.change(self.world.instances[0], _values(argument))
        self.world.settle()

    def _advance(self, text: str, _step: object) -> None:
        self.world.advance(parse_duration(text, LIMITS).after(self.world.moment) - self.world.moment)

    def _expect_open(self, wanted: list[str], _step: object) -> None:
        _same(sorted(wanted), sorted(element for _, _, element in self.world.open()), "open")

    def _expect_trace(self, wanted: list[str], step: Mapping[str, Any]) -> None:
        if step.get("ordered"):
            _same(wanted, self.world.trace, "trace")
        else:
            _same(sorted(wanted), sorted(self.world.trace), "trace")

    def _expect_variables(self, wanted: Mapping[str, Any], _step: object) -> None:
        known = self.world.instances[0].case.variables
        _same(wanted, {name: _plain(known.get(name)) for name in wanted}, "variables")

    def _expect_ended(self, wanted: bool, _step: object) -> None:
        over = all(one.ended and not one.incidents for one in self.world.instances) and bool(self.world.instances)
        _same(wanted, over, "ended")

    def _expect_incident(self, wanted: Mapping[str, str], _step: object) -> None:
        found = [element for one in self.world.all for element in one.incidents.values()]
        if not found or wanted.get("element", found[0]) not in found:
            raise Unexpected(f"incident expected at {wanted.get('element')}, got {found}")

    def _expect_refused(self, wanted: Mapping[str, str], _step: object) -> None:
        if "or_incident" not in wanted:
            raise Unexpected("the deployment was accepted")
        self.world.start(wanted["or_incident"], {})
        self._expect_incident({}, {})


def _values(argument: Mapping[str, Any]) -> dict[str, Value]:
    return {name: from_python(value) for name, value in argument.get("variables", {}).items()}


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _same(wanted: object, got: object, what: str) -> None:
    if wanted != got:
        raise Unexpected(f"{what}: expected {wanted}, got {got}")


def _scripts(roots: list[etree._Element]) -> dict[str, str]:
    found = {}
    for root in roots:
        for node in root.iter(f"{{{BPMN}}}scriptTask", f"{{{BPMN}}}globalScriptTask"):
            script = node.find(f"{{{BPMN}}}script")
            if script is not None:
                suffix = "_task" if node.tag.endswith("globalScriptTask") else ""  # the reader's id of its one task
                found[node.get("id", "") + suffix] = "".join(script.itertext()).strip()
    return found


def _thrown_messages(processes: Mapping[str, ProcessSpec]) -> dict[str, list[str]]:
    """The names of the messages that each element throws."""
    throwing = ("sendTask", "intermediateThrowEvent", "endEvent")
    elements = [one for spec in processes.values() for one in spec.elements.values() if one.type in throwing]
    return {
        one.id: [event.name.text for event in one.event.each if event.kind == "message" and event.name is not None]
        for one in elements
        if one.event is not None
    }


def verdict(case: Mapping[str, Any], root: Path, modes: Modes = PLAIN) -> Verdict:
    """Plays one case."""
    case, files = plainly_named(case, [(root / name).read_bytes() for name in case["files"]])
    wanted = next((step["expect_refused"] for step in case["steps"] if "expect_refused" in step), None)
    disputed = "disputed" in case
    try:
        Player(case, files, modes=modes).play()
    except DiagramRefused as refused:
        messages = " ".join(finding.message for finding in refused.findings)
        if wanted is not None and wanted["element"] in messages:
            return Verdict(case["id"], case["feature"], "passed", disputed=disputed)
        return Verdict(case["id"], case["feature"], "refused", messages[:300], disputed)
    except (Unexpected, AmicaleError) as wrong:
        return Verdict(case["id"], case["feature"], "failed", f"{type(wrong).__name__}: {wrong}", disputed)
    except Exception:  # noqa: BLE001 - a crash of one case is that case's failure, and is printed
        return Verdict(case["id"], case["feature"], "crashed", traceback.format_exc(limit=-4), disputed)
    return Verdict(case["id"], case["feature"], "passed", disputed=disputed)


def main(arguments: list[str] | None = None) -> int:
    """Plays a pack and prints what failed, by feature."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--roundtrip", action="store_true", help="store and load every case after each step")
    parser.add_argument("--json", type=Path, help="write every verdict to this file")
    parser.add_argument("--shuffle", type=int, metavar="SEED", nargs="?", const=1, help="the elements in another order")
    parser.add_argument(
        "--no-flow-ids", action="store_true", help="sequence flows that nothing refers to lose their ids"
    )
    options = parser.parse_args(arguments)
    modes = Modes(options.roundtrip, options.shuffle, options.no_flow_ids)
    pack = json.loads(options.pack.read_text(encoding="utf-8"))
    verdicts = [verdict(case, options.root, modes) for case in pack["cases"]]
    counted = [one for one in verdicts if not one.disputed]
    for one in sorted(verdicts, key=lambda one: (one.feature, one.case_id)):
        if one.outcome != "passed":
            print(f"{one.feature}  {one.case_id}  {one.outcome}{' (disputed)' if one.disputed else ''}: {one.detail}")
    if options.json:
        rows = [
            {"id": one.case_id, "feature": one.feature, "outcome": one.outcome, "detail": one.detail}
            for one in verdicts
        ]
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    passed = sum(one.outcome == "passed" for one in counted)
    print(dict(Counter(one.outcome for one in counted)))
    print(f"{passed} passed, {len(counted) - passed} failed")
    return 0 if passed == len(counted) else 1


if __name__ == "__main__":
    sys.exit(main())
