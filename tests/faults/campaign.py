"""Rounds of a campaign: people bring cases to their end in a storm; then it calms down, and the cases are judged."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from typing import Final

from engine.engine import Engine
from engine.transaction import reading
from tests.faults import people
from tests.faults.judge import Verdict, judge
from tests.faults.stage import Stage, fork

__all__ = ["play_round"]

PEOPLE: Final = 2
CASES: Final = 4  # a person and round
STORM: Final = 1.5  # seconds
PATIENCE: Final = 45.0  # seconds of calm without an answer to anybody: what has not ended by then stands still


def play_round(stage: Stage, number: int, *, storm: float = STORM) -> Verdict:
    """One round; what it finds wrong is in the verdict."""
    labels = [[f"r{number}-p{person}-c{case}" for case in range(CASES)] for person in range(PEOPLE)]
    weather = stage.place.weather
    weather.set(stormy=True)
    stage.supervise()
    crowd = [_Reported(lambda mine=mine, seed=number * 100 + who: people.live(stage.ports, mine, seed, weather.answer))  # type: ignore[misc]
             for who, mine in enumerate(labels)]  # fmt: skip
    end = time.monotonic() + storm
    while time.monotonic() < end:
        time.sleep(stage.chance.uniform(0.05, 0.4))
        stage.fault()
        stage.supervise()
    stage.calm()
    answered, end = weather.answered, time.monotonic() + PATIENCE
    while time.monotonic() < end and not all(each.ended for each in crowd):
        time.sleep(0.05)
        stage.supervise()
        if weather.answered != answered:
            answered, end = weather.answered, time.monotonic() + PATIENCE
    refused = [line for each in crowd for line in each.heard() or ()]
    flat = [label for mine in labels for label in mine]
    judging = _Reported(lambda: _judged(stage, flat, refused))
    return Verdict(**(judging.heard(wait=True) or {"wrong": ["the judge could not work"]}))


def _judged(stage: Stage, labels: Sequence[str], refused: Sequence[str]) -> dict[str, object]:
    with Engine.open(stage.place.url) as engine, reading(engine) as session:
        found = judge(session, labels, stage.place.ledger.effects(), refused)
    return {name: getattr(found, name) for name in Verdict.__slots__}


class _Reported:
    """A child that answers once, in JSON, through a pipe."""

    def __init__(self, work: object) -> None:
        self.reader, writer = os.pipe()
        self.answer: object = None
        self.ended_ = False

        def report() -> None:
            os.close(self.reader)
            with os.fdopen(writer, "w") as out:
                json.dump(work(), out)  # type: ignore[operator]

        self.pid = fork(report)
        os.close(writer)

    @property
    def ended(self) -> bool:
        """Whether the child is through."""
        if not self.ended_:
            self.ended_ = os.waitpid(self.pid, os.WNOHANG)[0] != 0
        return self.ended_

    def heard(self, *, wait: bool = False):  # type: ignore[no-untyped-def]
        """What it said; None where it did not end: it is ended then."""
        if not wait and not self.ended:
            os.kill(self.pid, 9)
        with os.fdopen(self.reader) as said:
            text = said.read()
        if not self.ended_:
            os.waitpid(self.pid, 0)
            self.ended_ = True
        return json.loads(text) if text else None
