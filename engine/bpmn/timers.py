"""When a timer is due: ISO 8601 by the calendar of the association's zone (dialect §7). Never SpiffWorkflow's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import value_of
from engine.bpmn.model import Event, TimerKind
from engine.bpmn.tokens import Token, Wait
from engine.calendar import Firing, TimeLimits, parse_cycle, parse_duration, parse_moment
from engine.errors import AmicaleError
from engine.feel import Environment, StaticText
from engine.feel.values import Date, DateTime, Value, to_text

# A text that stands in the diagram was judged when that was deployed; what an expression answers is judged each time.
JUDGED = TimeLimits(years=9000, shortest_cycle=timedelta(0))

__all__ = ["JUDGED", "first_wait", "kind_of", "moved_wait", "next_wait", "start_firing", "timer_text"]


def first_wait(event: Event, token: Token, limits: TimeLimits) -> Wait | None:
    """The wait of a timer that begins now; None where all its firings are past. Raises Trouble."""
    if event.timer is None:
        raise Trouble("expression", "timer_empty", "the timer is empty")
    host = token.workflow.at_hand
    now, zone = host.now(), host.environment.zone
    text = timer_text(value_of(event.timer, token, "expression"))
    if isinstance(event.timer, StaticText) and event.timer_kind != "date":
        limits = JUDGED
    try:
        kind = kind_of(event, text)
        if kind == "cycle":
            firing = parse_cycle(text, zone, limits).first(now)
            return None if firing is None else Wait("timer", text, due=firing.due_at, anchor=now, number=firing.number)
        return Wait("timer", text, due=_due(text, kind == "date", now, zone, limits), anchor=now)
    except AmicaleError as refused:
        raise Trouble("expression", refused.code, refused.message, **refused.params) from refused


def next_wait(event: Event, wait: Wait, zone: ZoneInfo) -> Wait | None:
    """The next firing of a cycle, counted from its anchor; None after the last one, or where it is no cycle.

    Its text was judged when the wait began.
    """
    if kind_of(event, wait.name) != "cycle" or wait.anchor is None or wait.due is None:
        return None
    firing = parse_cycle(wait.name, zone, JUDGED).following(wait.anchor, Firing(wait.number, wait.due))
    if firing is None:
        return None
    return Wait("timer", wait.name, due=firing.due_at, anchor=wait.anchor, number=firing.number)


def moved_wait(event: Event, wait: Wait, due_at: datetime, zone: ZoneInfo) -> Wait:
    """The same wait, due at another moment. Firings of a cycle that lie before it count as past."""
    number = wait.number
    if event.timer_kind == "cycle" and wait.anchor is not None and wait.due is not None:
        cycle = parse_cycle(wait.name, zone, JUDGED)
        number = cycle.passed(wait.anchor, Firing(number, wait.due), due_at)
    return replace(wait, due=due_at, number=number)


def start_firing(
    event: Event, now: datetime, environment: Environment, limits: TimeLimits, after: Firing | None
) -> Firing | None:
    """When a process start timer fires next: the first time, or after `after`. Counted from `now` at deployment.

    An expression is evaluated without variables, at the moment `now`. Raises AmicaleError (NotATime, TimeTooFar,
    CycleTooShort) for a text that is no time.
    """
    at_deployment = replace(environment, now=lambda: now)
    value = None if event.timer is None else event.timer.evaluate({}, at_deployment).value
    text, zone = "" if value is None else timer_text(value), environment.zone
    kind = kind_of(event, text)
    if kind == "cycle":
        cycle = parse_cycle(text, zone, limits)
        return cycle.first(now) if after is None else cycle.following(now, after)
    if after is not None:
        return None
    return Firing(1, _due(text, kind == "date", now, zone, limits))


def kind_of(event: Event, text: str) -> TimerKind | None:
    """The kind that the diagram says; where the text may say it: `R…` repeats, `P…` lasts, `2030-…` is a date."""
    if not event.timer_by_text:
        return event.timer_kind
    if text.startswith("R"):
        return "cycle"
    if text.startswith(("P", "-P")):
        return "duration"
    return "date" if text[4:5] == "-" else event.timer_kind


def _due(text: str, is_date: bool, now: datetime, zone: ZoneInfo, limits: TimeLimits) -> datetime:
    if is_date:
        moment = parse_moment(text, zone)
        limits.check_moment(moment, now)
        return moment
    return max(parse_duration(text, limits).after(now, zone), now)


def timer_text(value: Value) -> str:
    """Timers are text, or a temporal value of FEEL; a date alone begins at midnight."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, DateTime):
        local, _, zone = to_text(value).partition("@")  # FEEL writes a zone behind “@”, ISO 8601-2 in brackets
        return f"{local}[{zone}]" if zone else local
    if value is None:
        raise Trouble("expression", "timer_empty", "the timer's expression is null")
    return to_text(value) + ("T00:00:00" if isinstance(value, Date) else "")
