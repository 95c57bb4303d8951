"""Plays a pack of BPMN conformance cases: `python -m tests.conformance.bpmn --pack FILE.json --root DIR`.

The format is described beside the packs. Ends with `N passed, M failed`.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.bpmn.callcycles import check_calls
from engine.calendar import TimeLimits, parse_duration
from engine.deployment import read
from engine.errors import AmicaleError, DeploymentRefused
from engine.feel.values import Value, from_python, to_text
from tests.conformance.disguises import disguised
from tests.conformance.effects import Effects
from tests.conformance.plain_bpmn import plainly_named, rewritten
from tests.conformance.world import Endless, Instance, World

FORMAT = 1
_VERBS = frozenset(
    {
        "start", "complete", "complete_all", "message", "signal", "set", "advance", "expect_open", "expect_trace",
        "expect_variables", "expect_ended", "expect_incident", "expect_refused",
    }
)  # fmt: skip
_BESIDE = frozenset({"ordered", "received", "note"})  # what stands beside the verb of a step
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

    def __init__(self, case: Mapping[str, Any], files: Sequence[bytes], *, modes: Modes) -> None:
        self.case = case
        asked = [step["expect_refused"].get("element", "") for step in case["steps"] if "expect_refused" in step]
        drawn = [disguised(data, shuffle=modes.shuffle, flow_ids=not modes.no_flow_ids, asked=asked) for data in files]
        deployed = {f"{place}.bpmn": rewritten(data, case) for place, data in enumerate(drawn)}
        reading = read(deployed, LIMITS)
        specs = [spec for found in reading.processes.values() for spec in found]
        findings = [*reading.findings, *check_calls(specs)]
        if any(finding.is_error for finding in findings):
            raise DeploymentRefused(findings)
        processes = {spec.process_id: spec for spec in specs}
        self.world = World(processes, Effects(case, files), roundtrip=modes.roundtrip)

    def play(self) -> None:
        """Every step; raises Unexpected at the first that goes wrong."""
        for step in self.case["steps"]:
            for verb, argument in step.items():
                if verb in _BESIDE:
                    continue
                play = getattr(self, f"_{verb}", None) if verb in _VERBS else None
                if play is None:
                    raise Unexpected(f"the step “{verb}” is not of format {FORMAT}")
                play(argument, step)

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
        """Before there is an instance, the variables may begin one by a conditional start event."""
        if self.world.instances:
            self.world.change(self._main, _values(argument))
            self.world.settle()
        else:
            self.world.start_by_conditions(_values(argument))

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
        known = self._main.case.variables
        got = {name: _plain(known.get(name)) for name in wanted}
        if not all(_is_same(value, got[name]) for name, value in wanted.items()):
            raise Unexpected(f"variables: expected {wanted}, got {got}")

    @property
    def _main(self) -> Instance:
        if not self.world.instances:
            raise Unexpected("no instance was started")
        return self.world.instances[0]

    def _expect_ended(self, wanted: bool, _step: object) -> None:
        if not self.world.instances:
            raise Unexpected("no instance was started")
        over = all(one.ended and not one.incidents for one in self.world.instances)
        _same(wanted, over, "ended")

    def _expect_incident(self, wanted: Mapping[str, str], _step: object) -> None:
        found = [element for one in self.world.all for element in one.incidents.values()]
        if not found or wanted.get("element", found[0]) not in found:  # without element: anywhere
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
    return value if value is None or isinstance(value, bool | str) else to_text(value)


def _is_same(wanted: object, got: object) -> bool:
    """Equality of JSON: numbers by value, and true is no number."""
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return wanted.keys() == got.keys() and all(_is_same(value, got[name]) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(_is_same(*pair) for pair in zip(wanted, got, strict=True))
    return isinstance(wanted, bool) == isinstance(got, bool) and wanted == got


def _same(wanted: object, got: object, what: str) -> None:
    if wanted != got:
        raise Unexpected(f"{what}: expected {wanted}, got {got}")


def verdict(case: Mapping[str, Any], root: Path, modes: Modes = PLAIN) -> Verdict:
    """Plays one case. Whatever goes wrong is the verdict of this case, and the next one is played."""
    case_id, feature, disputed = str(case.get("id")), str(case.get("feature")), "disputed" in case
    outcome, detail = _outcome(case, root, modes)
    return Verdict(case_id, feature, outcome, detail, disputed)


def _outcome(case: Mapping[str, Any], root: Path, modes: Modes) -> tuple[str, str]:
    player = None
    try:
        wanted = next((step["expect_refused"] for step in case["steps"] if "expect_refused" in step), None)
        case, files = plainly_named(case, [(root / name).read_bytes() for name in case["files"]])
        player = Player(case, files, modes=modes)
        player.play()
    except DeploymentRefused as refused:
        messages = " ".join(finding.message for finding in refused.findings if finding.is_error)
        if wanted is not None and wanted.get("element", "") in messages:
            return "passed", ""
        return "refused", messages[:500]
    except (Unexpected, Endless, AmicaleError) as wrong:
        return "failed", f"{type(wrong).__name__}: {wrong}{_traces(case, player)}"
    except Exception:  # noqa: BLE001 - a crash of one case is that case's failure, and is printed
        return "crashed", traceback.format_exc(limit=-4)
    return "passed", ""


def _traces(case: Mapping[str, Any], player: Player | None) -> str:
    """The trace that the pack expects at last, and the one that was got."""
    expected = [step["expect_trace"] for step in case["steps"] if "expect_trace" in step]
    return f"; expected trace {expected[-1] if expected else '(none)'}, got {player.world.trace if player else []}"


def main(arguments: list[str] | None = None) -> int:
    """Plays a pack and prints what failed, by feature. 0: all passed; 1: some failed; 2: the pack is none."""
    options = _parser().parse_args(arguments)
    modes = Modes(options.roundtrip, options.shuffle, options.no_flow_ids)
    try:
        pack = json.loads(options.pack.read_text(encoding="utf-8"))
        if pack["format"] != FORMAT:
            raise ValueError(f"its format is {pack['format']}; format {FORMAT} is played")
        cases = list(pack["cases"])
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        print(f"{options.pack}: no pack of cases: {wrong!r}", file=sys.stderr)
        return 2
    verdicts = [verdict(case, options.root, modes) for case in cases]
    if options.json:
        rows = [{"id": row.pop("case_id"), **row} for row in map(asdict, verdicts)]
        options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    return _print(verdicts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--roundtrip", action="store_true", help="store and load every case after each step")
    parser.add_argument("--json", type=Path, help="write every verdict to this file")
    parser.add_argument("--shuffle", type=int, metavar="SEED", nargs="?", const=1, help="the elements in another order")
    parser.add_argument(
        "--no-flow-ids", action="store_true", help="sequence flows that nothing refers to lose their ids"
    )
    return parser


def _print(verdicts: Iterable[Verdict]) -> int:
    """What did not pass, by feature; then the totals."""
    by_feature: dict[str, list[Verdict]] = {}
    for one in verdicts:
        by_feature.setdefault(one.feature, []).append(one)
    for feature, found in sorted(by_feature.items()):
        wrong = [one for one in found if one.outcome != "passed"]
        if wrong:
            print(f"{feature}: {len(found) - len(wrong)} of {len(found)} passed")
        for one in sorted(wrong, key=lambda one: one.case_id):
            print(f"  {one.case_id}  {one.outcome}{' (disputed)' if one.disputed else ''}: {one.detail}")
    counted = [one for found in by_feature.values() for one in found if not one.disputed]
    passed = sum(one.outcome == "passed" for one in counted)
    print(dict(Counter(one.outcome for one in counted)))
    print(f"{passed} passed, {len(counted) - passed} failed")
    return 0 if passed == len(counted) else 1


if __name__ == "__main__":
    sys.exit(main())
