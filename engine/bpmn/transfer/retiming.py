"""When a timer that waits is due by another version: counted from the same anchor, after as many firings as there were.

A date that a person moved by hand holds. What a cycle missed by the change is made up for once, not again and again.
"""

from __future__ import annotations

from datetime import datetime

from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import value_of
from engine.bpmn.model import Event
from engine.bpmn.outcome import Host
from engine.bpmn.timers import JUDGED, kind_of, timer_text
from engine.bpmn.tokens import Token, Wait
from engine.bpmn.transfer.likeness import same_site
from engine.bpmn.transfer.onlooker import Onlooker
from engine.calendar import Cycle, Firing, TimeLimits, parse_cycle, parse_duration, parse_moment
from engine.errors import AmicaleError
from engine.feel import StaticText

__all__ = ["by_hand", "first_due", "retimed", "same_timer"]


def same_timer(was: Event, now: Event) -> bool:
    """Whether two timers say the same."""
    return (was.timer_kind, was.timer_by_text) == (now.timer_kind, now.timer_by_text) and same_site(
        was.timer, now.timer
    )


def retimed(token: Token, sight: Token, wait: Wait, was: Event, host: Host) -> Wait | None:
    """The wait of a timer by what its element says now; None where all its firings are past. Raises Trouble.

    `was`: the event that it waited for; `sight`: where its text is evaluated.
    """
    now_event, anchor = token.task_spec.element.event, wait.anchor or host.now()
    assert now_event is not None
    text, limits = text_at(token, sight, now_event, host, anchor)
    try:
        fired = 0
        if kind_of(was, wait.name) == "cycle":
            first = parse_cycle(wait.name, host.environment.zone, JUDGED).first(anchor)
            fired = max(0, wait.number - (1 if first is None else first.number))
        return _due(text, now_event, anchor, fired, host, limits)
    except AmicaleError as refused:
        raise Trouble("expression", refused.code, refused.message, **refused.params) from refused


def first_due(token: Token, sight: Token, anchor: datetime, host: Host) -> Wait | None:
    """The wait of a timer that was not there before, as if it had been since `anchor`; of a cycle, what lies before now
    counts as past. Raises Trouble."""
    event = token.task_spec.element.event
    assert event is not None
    text, limits = text_at(token, sight, event, host, anchor)
    try:
        if kind_of(event, text) != "cycle":
            return _due(text, event, anchor, 0, host, limits)
        cycle = parse_cycle(text, host.environment.zone, limits)
        firing = cycle.first(anchor)
        while firing is not None and firing.due_at <= host.now():
            passed = Firing(cycle.passed(anchor, firing, host.now()), host.now())
            firing = cycle.following(anchor, passed)
        return None if firing is None else Wait("timer", text, "", firing.due_at, anchor, firing.number)
    except AmicaleError as refused:
        raise Trouble("expression", refused.code, refused.message, **refused.params) from refused


def text_at(token: Token, sight: Token, event: Event, host: Host, anchor: datetime) -> tuple[str, TimeLimits]:
    """What the timer says, evaluated as of its anchor, and what it may say. Raises Trouble."""
    if event.timer is None:
        raise Trouble("expression", "timer_empty", "the timer is empty")
    tree = token.workflow
    tree.host = Onlooker.at(host.environment, anchor)
    try:
        text = timer_text(value_of(event.timer, sight, "expression"))
    finally:
        tree.host = host
    is_written = isinstance(event.timer, StaticText) and event.timer_kind != "date"
    return text, JUDGED if is_written else token.task_spec.limits


def _due(text: str, event: Event, anchor: datetime, fired: int, host: Host, limits: TimeLimits) -> Wait | None:
    zone, now = host.environment.zone, host.now()
    kind = kind_of(event, text)
    if kind == "date":
        moment = parse_moment(text, zone)
        limits.check_moment(moment, anchor)
        return Wait("timer", text, "", moment, anchor)
    if kind != "cycle":
        return Wait("timer", text, "", max(parse_duration(text, limits).after(anchor, zone), anchor), anchor)
    cycle = parse_cycle(text, zone, limits)
    firing = _after(cycle, anchor, fired, now)
    if firing is not None and firing.due_at <= now:
        number = cycle.passed(anchor, firing, now)
        firing = firing if number == firing.number else Firing(number, now)
    return None if firing is None else Wait("timer", text, "", firing.due_at, anchor, firing.number)


def _after(cycle: Cycle, anchor: datetime, fired: int, now: datetime) -> Firing | None:
    """The firing that follows so many. Cron counts from no anchor: the next one from now."""
    if not cycle.is_anchored:
        return cycle.first(now)
    first = cycle.first(anchor)
    if first is None or fired == 0:
        return first
    return cycle.following(anchor, Firing(first.number + fired - 1, anchor))


def by_hand(wait: Wait, event: Event, host: Host) -> bool:
    """Whether a person moved this timer: it is not due when its own text says."""
    if wait.due is None or wait.anchor is None:
        return False
    zone = host.environment.zone
    try:
        kind = kind_of(event, wait.name)
        if kind == "date":
            return parse_moment(wait.name, zone) != wait.due
        if kind != "cycle":
            due = parse_duration(wait.name, JUDGED).after(wait.anchor, zone)
            return max(due, wait.anchor) != wait.due
        cycle = parse_cycle(wait.name, zone, JUDGED)
        firing = cycle.following(wait.anchor, Firing(wait.number - 1, wait.anchor)) if cycle.is_anchored else None
        return firing is not None and firing.due_at != wait.due
    except AmicaleError:
        return False
