"""Random schedules: completions, messages, signals, errors, corrections and time, and what a run of them tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

from engine.bpmn import Case, ProcessSpec, TokenView
from engine.bpmn.outcome import Done, Failed, Later, ServiceAnswer, ServiceCall, Thrown
from tests.engine.bpmn.play import DeskHost, Play, values

__all__ = ["MOVES", "AnyHost", "Teller", "move", "schedule", "started"]

MOVES = 25
STANDING = frozenset({"", "incident", "condition"})


@dataclass
class AnyHost(DeskHost):
    """Answers every job by its name: done, later, an error, nothing, or a failure."""

    def serve(self, call: ServiceCall) -> ServiceAnswer:
        turn = sum(map(ord, call.type or call.element)) % 7
        answers = (Done(values(done=turn)), Later(), Thrown("E", "", values(why=turn)), Done({}), Later(),
                   Done(values(n=turn)), Failed("job", "broken", {}, "broken"))  # fmt: skip
        return answers[turn]

    def decide(self, call: object) -> Done | Failed:
        return Done(values(result=2))


def schedule(seed: int) -> list[int]:
    """The moves of a seed."""
    chance = Random(f"moves {seed}")
    return [chance.randrange(1_000) for _ in range(MOVES + 1)]


def started(process: ProcessSpec, first: int, *, compact: bool = True, stored: bool = False) -> Play:
    """A case that one of the starts of the process began."""
    triggers = [one.trigger for one in process.start_events if one.kind != "none"]
    start = triggers[first % len(triggers)] if triggers else None
    return Play(process, AnyHost(), start=start, compact=compact, stored=stored)


def move(play: Play, choice: int) -> None:
    """The next thing that happens: by chance an answer to whatever waits, a correction, a repair, or a leap of time."""
    kind, choice = choice % 10, choice // 10
    if kind == 0:
        _correct(play, choice)
    elif kind == 1:
        _pass_time(play, choice)
    elif kind == 2 and any(view.kind == "incident" for view in play.case.tokens):
        standing = [view for view in play.case.tokens if view.kind == "incident"]
        play.case.retry(standing[choice % len(standing)].id, play.host)
        play._after()
    else:
        waiting = [view for view in play.case.tokens if view.kind not in STANDING]
        if waiting:
            _answer(play, waiting[choice % len(waiting)], choice)
            play._after()


def _correct(play: Play, choice: int) -> None:
    """Variables of the case or of one of its scopes, which may make a condition true."""
    scopes = [None, None, *(view.id for view in play.case.tokens)]
    name = ("n", "v0", "v1")[choice % 3]
    play.case.set_variables(values(**{name: choice % 5 - 1}), play.host, scopes[choice % len(scopes)])
    play._after()


def _pass_time(play: Play, choice: int) -> None:
    """Time leaps; what is due then fires in the order of its moments."""
    play.advance(timedelta(hours=1) * [1, 25, 24 * 40][choice % 3])
    for _ in range(6):
        due = [token for token in play.case._tree.tasks.values()
               if token.is_live and token.wait is not None and token.wait.due is not None
               and token.wait.due <= play.host.now()]  # fmt: skip
        if not due:
            return
        first = min(due, key=lambda token: (token.wait.due, token.serial))  # type: ignore[union-attr]
        play.case.fire_timer(first.id, play.host)
        play._after()


def _answer(play: Play, view: TokenView, choice: int) -> None:
    case, host = play.case, play.host
    answers: dict[str, Callable[[], object]] = {
        "task": lambda: case.complete_task(view.id, values(n=choice % 5), host),
        "timer": lambda: case.fire_timer(view.id, host),
        "choice": lambda: _choose(case, view, choice, host),
        "job": lambda: case.complete_job(view.id, values(n=choice % 5), host),
        "call": lambda: case.complete_call(view.id, values(n=choice % 5), host),
    }
    rarely: dict[str, tuple[Callable[[], object], ...]] = {
        "job": (lambda: case.throw_error(view.id, "EF"[choice % 2], "", values(why=1), host),
                lambda: case.fail_job(view.id, Failed("job", "gone", {}, "gone"), host)),
        "call": (lambda: case.throw_error(view.id, "EF"[choice % 2], "", values(why=1), host),
                 lambda: case.escalate_call(view.id, "X", values(why=1), host)),
    }  # fmt: skip
    if view.kind in rarely and choice % 3 == 0:
        rarely[view.kind][choice // 3 % 2]()
    else:
        answers.get(view.kind, lambda: case.deliver(view.id, values(got=choice), host))()


def _choose(case: Case, view: TokenView, choice: int, host: DeskHost) -> None:
    chosen = next(one for one in case.choices if one.token == view.id)
    if choice % 5 == 0 or not chosen.enabled:
        case.close_choice(view.id, host)
    else:
        case.choose(view.id, chosen.enabled[choice % len(chosen.enabled)], host)


@dataclass
class Teller:
    """Puts what a run told into words that two runs share: tokens are numbered as they appear."""

    numbers: dict[UUID, int] = field(default_factory=dict)

    def told(self, play: Play) -> list[object]:
        """Every fact with all it says."""
        return [self._said(fact) for fact in play.facts]

    def standing(self, play: Play) -> list[object]:
        """What waits now, what it sees, and when it is due."""
        tree = play.case._tree
        due = {token.id: token.wait.due for token in tree.tasks.values() if token.wait is not None}
        return [
            (self._said(view.id), view.element, view.kind, view.listening, due.get(view.id),
             dict(play.case.visible(view.id)))
            for view in play.case.tokens
        ]  # fmt: skip

    def _said(self, value: object) -> object:
        if isinstance(value, UUID):
            return self.numbers.setdefault(value, len(self.numbers))
        if is_dataclass(value) and not isinstance(value, type):
            return (type(value).__name__, *(self._said(getattr(value, one.name)) for one in fields(value)))
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return (type(value).__name__, *map(self._said, value))
        if isinstance(value, dict):
            return {key: self._said(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._said(inner) for inner in value]
        return value
