"""Diagrams made by others for Camunda 8: each is run with its meaning, or refused with reasons; never a traceback.

`python -m tests.conformance.camunda8 DIR`: every `.bpmn` below DIR is read and judged as before a deployment. What is
let through is run to its end by doing whatever waits (people, messages, timers; work is done at once), and where a run
of that file is known (`RUNS`, by file name), what it shows is compared. Ends with `N run, R refused, F failed`.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.bpmn import DiagramRefused, ProcessSpec, read_diagram
from engine.bpmn.outcome import Later, ServiceAnswer, ServiceCall, Thrown
from engine.bpmn.soundness import check_soundness
from engine.errors import AmicaleError
from tests.engine.bpmn.play import DeskHost, Play

MOST_STEPS: Final = 100
WAITS: Final = ("task", "message", "signal", "timer", "job", "call")
Act = Callable[[Play], object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: `run`, `refused` or `failed`, and what there is to say."""

    file: Path
    verdict: str
    detail: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is known: variables of the start, errors that jobs throw, acts, and what is true then."""

    start: Mapping[str, object] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    waits: frozenset[str] = frozenset()  # types of jobs that are not done at once
    acts: tuple[Act, ...] = ()
    jobs: tuple[str, ...] | None = None
    variables: Mapping[str, object] = field(default_factory=dict)


def _first(kind: str) -> Act:
    """Does the first that waits: `task`, `message`, `signal`, `timer`, `job`, `call`."""

    def act(play: Play) -> object:
        element = play.waiting(kind)[0]
        verbs = {"task": play.complete, "timer": play.fire, "job": play.finish_job, "call": play.finish_call}
        return verbs.get(kind, play.deliver)(element)

    return act


def _answer(**variables: object) -> Act:
    return lambda play: play.complete(play.waiting("task")[0], **variables)


# What a run should show, by file name (the public examples of Camunda 8 that we know by name).
RUNS: Final[Mapping[str, tuple[Run, ...]]] = {
    "rocket-launch.bpmn": (
        Run(
            start={"fuelLevel": 80, "missionName": "A"}, acts=(_first("timer"),),
            variables={"fuelAfterBurn": 55, "experimentsRun": 5,
                       "missionResult": "Crew A reached Mars! Fuel: 55%. Experiments: 5"},
        ),
        Run(start={"fuelLevel": 40, "missionName": "A"},
            variables={"missionResult": "Mission A scrubbed — not enough fuel (40%)"}),
    ),
    "order-process.bpmn": (Run(jobs=("checkInventory", "chargePayment", "shipItems")),),
    "order-process-boundary-events.bpmn": (Run(errors={"checkInventory": "outOfStock"}, jobs=("checkInventory",)),),
    "Quick Start_ Human Tasks.bpmn": (
        Run(acts=(_answer(meal="chicken"), lambda play: play.complete("prepare-chicken"))),
    ),
    "message-event.bpmn": (Run(start={"correlationKey": "k"}, acts=(_first("message"),)),),
    "multiple-tasks.bpmn": (
        Run(
            waits=frozenset({"b", "c"}),
            acts=(lambda play: _same(len(play.waiting("job")), 2), _first("job"), _first("job")),
        ),
    ),
    "demo2.bpmn": (Run(start={"key": "k"}, errors={"b": "error-1"}, acts=(_first("message"),), jobs=("b", "c")),),
    "exclusive-gateway.bpmn": (Run(start={"x": 8}, jobs=("b",)),),
    "message-boundary-event.bpmn": (
        Run(start={"key": "k"}, waits=frozenset({"a"}), acts=(_first("message"),), jobs=("a", "c")),
    ),
    "business-process.bpmn": (
        Run(start={"businessKey": "k"}, acts=(lambda play: play.deliver("MessageCatch_A"),)),
        Run(start={"businessKey": "k"}, acts=(lambda play: play.deliver("MessageCatch_B"),)),
    ),
    "process.bpmn": (Run(acts=(_first("task"),), jobs=("check-inventory", "charge-payment", "ship-items")),),
    "ticket-booking.bpmn": (
        Run(start={"paymentRequestId": "p"}, acts=(_first("timer"),), jobs=("reserve-seats", "retrieve-payment")),
    ),
    "Event Registration.bpmn": (
        Run(start={"news_source": ["google"], "news_source_alternative": "x", "future_notifications": True},
            variables={"future_notifications": True, "news_source": ["google", "x"]}),
    ),
}  # fmt: skip


def outcome(file: Path) -> Outcome:
    """Reads, judges and runs one file."""
    try:
        diagram = read_diagram(file.read_bytes(), name=file.name)
        findings = [one for process in diagram.processes for one in check_soundness(process)]
        refusing = [one.message for one in findings if one.is_error]
        if refusing:
            return Outcome(file, "refused", " ".join(refusing))
        runs = RUNS.get(file.name, ())
        said = [_known(diagram.processes[0], run) for run in runs] or [_any(one) for one in diagram.processes]
        return Outcome(file, "run", "; ".join(said))
    except DiagramRefused as refused:
        return Outcome(file, "refused", " ".join(one.message for one in refused.findings if one.is_error))
    except Exception:  # noqa: BLE001 - a crash of one file is that file's failure, and is printed
        return Outcome(file, "failed", traceback.format_exc(limit=-3))


class Different(Exception):
    """A run did not show what it should."""


def _same(got: object, wanted: object) -> None:
    if got != wanted:
        raise Different(f"expected {wanted!r}, got {got!r}")


def _host(run: Run) -> DeskHost:
    def thrower(code: str) -> Callable[[ServiceCall], ServiceAnswer]:
        return lambda _call: Thrown(code, "", {})

    handlers: dict[str, Callable[[ServiceCall], ServiceAnswer]] = {type_: lambda _call: Later() for type_ in run.waits}
    handlers |= {type_: thrower(code) for type_, code in run.errors.items()}
    return DeskHost(handlers)


def _known(process: ProcessSpec, run: Run) -> str:
    play = Play(process, _host(run), **run.start)
    for act in run.acts:
        act(play)
    _same(play.incidents(), [])
    _same(play.ended, True)
    if run.jobs is not None:
        _same(tuple(call.type for call in play.host.calls), run.jobs)
    for name, value in run.variables.items():
        _same(play.variables.get(name), value)
    return "as it should"


def _any(process: ProcessSpec) -> str:
    """Runs a process by doing whatever waits first."""
    starts = process.start_events
    plain = not starts or any(one.kind == "none" for one in starts)
    play = Play(process, start=None if plain else starts[0].trigger)
    for step in range(MOST_STEPS):
        if play.ended:
            return f"{process.process_id} ended after {step} acts"
        kind = next(
            (kind for kind in ("task", "message", "signal", "timer", "job", "call") if play.waiting(kind)), None
        )
        if kind is None:
            return f"{process.process_id} stands: {play.incidents() or play.waiting()}"
        try:
            _first(kind)(play)
        except AmicaleError as refused:
            return f"{process.process_id} stands: {refused.message}"
    return f"{process.process_id} goes on after {MOST_STEPS} acts"


def main(arguments: list[str] | None = None) -> int:
    """Prints an outcome for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    found = [outcome(file) for file in sorted(parser.parse_args(arguments).folder.rglob("*.bpmn"))]
    for one in found:
        print(f"{one.verdict:8} {one.file}: {one.detail}")
    count = {verdict: sum(one.verdict == verdict for one in found) for verdict in ("run", "refused", "failed")}
    print(f"{count['run']} run, {count['refused']} refused, {count['failed']} failed")
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
