"""Service tasks of `event_proposal` before anybody is asked: the facts that the tables weigh, and who approves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.registry import ServiceWork, service_task
from workflows.association import memberships, roles
from workflows.association.case_variables import local_day, text, uuid, whole
from workflows.association.events import hosts, publishing, records, reports
from workflows.association.events.hosts import LEADS
from workflows.association.events.records import Event

OFFICE: Final = frozenset({"EVENTS", "GROUPS", "GENERAL_DELEGATE", "CAREERS_HEAD", "COMMS"})
DELEGATE: Final = "GENERAL_DELEGATE"
_LARGE: Final = "LARGE"
Steps = list[list[str]]


def event_of(work: ServiceWork) -> Event:
    """The event of a case."""
    return work.session.get_one(Event, uuid(work.variables, "event_id"))


@service_task(
    "event.weigh",
    results=(
        *("expected", "alcohol", "adventure", "road", "minors", "music", "artists", "recording", "media", "speaker"),
        *("dearest", "sponsored", "exposure", "abroad", "first_event", "days_ahead", "online", "organiser_blocked"),
        *("conflict", "kind", "barred", "runners", "hosts", "publish_warning_at", "publish_by"),
    ),
)
def weigh(work: ServiceWork) -> Mapping[str, object]:
    """What the tables ask about an event, as it is proposed now. `barred`: who may not approve it, in any role;
    `runners` and `hosts`: whose its tasks are."""
    event, today = event_of(work), local_day(work.now, work.engine.settings.zone)
    dearest = max(records.prices(work.session, event.id).values(), default=Decimal(0))
    return {
        **{name: getattr(event, name) for name in ("expected", "alcohol", "adventure", "road", "minors", "music")},
        **{name: getattr(event, name) for name in ("artists", "recording", "media", "speaker", "online", "kind")},
        "dearest": dearest,
        "sponsored": bool(event.sponsor),
        "exposure": records.exposure(work.session, event.id),
        "abroad": event.country != "FR" and not event.online,
        "first_event": _held_before(work.session, event) == 0,
        "days_ahead": (event.day - today).days,
        "organiser_blocked": is_blocked(work.session, event, today),
        "conflict": event.conflict,
        "barred": [f"person:{event.organiser_id}"],
        **hosts.candidates(work.session, event),
        **publishing.told_at(work.session, event),
    }


def _held_before(session: Session, event: Event) -> int:
    query = select(func.count()).select_from(Event).where(
        Event.organiser_id == event.organiser_id, Event.id != event.id,
        Event.state.in_((records.PUBLISHED, records.REVIEW, records.ENDED)),
    )  # fmt: skip
    return session.scalar(query) or 0


def is_blocked(session: Session, event: Event, today: date) -> bool:
    """Whether the organiser may propose nothing now: services suspended, or a report that is missing for too long."""
    if reports.is_overdue(session, event.organiser_id, today):
        return True
    return memberships.entitlement(session, event.organiser_id) == "SUSPENDED"


@service_task("event.line_up", results=("approvers", "steps", "step_no", "tier"))
def line_up(work: ServiceWork) -> Mapping[str, object]:
    """Who approves, step by step: `chain_of`, and the group's own lead before it where somebody else proposes."""
    event, today = event_of(work), local_day(work.now, work.engine.settings.zone)
    chain, lead = work.variables.get("approval"), text(work.variables, "lead_time")
    said = chain if isinstance(chain, Mapping) else {}
    event.tier, event.points = text(work.variables, "tier"), whole(work.variables, "points", 0)
    event.late, event.rounds = lead == "LATE", event.rounds + 1
    steps = chain_of(said, text(work.variables, "amount_rule"), late=event.late)
    if not event.conflict:
        steps = _through_lead(work.session, event, today) + steps
    steps = [_held(work.session, event, step, today) for step in steps]
    if event.state != records.PROPOSED:
        event.state = records.REVIEW
    return {"steps": steps, "step_no": 0, "approvers": steps[0] if steps else [], "tier": event.tier}


def chain_of(said: Mapping[str, object], amount_rule: str, *, late: bool) -> Steps:
    """The steps of the answer of `approval_chain`, each the roles that are asked together: with accounts and treasurer
    where the amount is large, and the general delegate at the end where time is short. Empty: nobody is asked."""
    steps = _steps(text(said, "together"), text(said, "then"))
    if amount_rule == _LARGE:
        steps = _with_amount(steps)
    return steps if not late or any(DELEGATE in step for step in steps) else [*steps, [DELEGATE]]


def _steps(together: str, then: str) -> Steps:
    first = [each.strip() for each in together.split(",") if each.strip()]
    rest = [[each.strip()] for each in then.split(",") if each.strip()]
    return ([first] if first else []) + rest


def _with_amount(steps: Steps) -> Steps:
    """Accounts beside the first who look, the treasurer at the end; whatever else the chain asks for stays."""
    asked = {role for step in steps for role in step}
    if "FINANCE" not in asked:
        steps = [[*steps[0], "FINANCE"], *steps[1:]] if steps else [["FINANCE"]]
    return steps if "TREASURER" in asked else [*steps, ["TREASURER"]]


def _through_lead(session: Session, event: Event, today: date) -> Steps:
    """A member proposes through the lead of the group; whoever leads it, or works in the office, needs nobody."""
    if event.group_id is None:
        return []
    scope = f"group:{event.group_id}"
    held = roles.keys_of(session, event.organiser_id, today)
    leads = [roles.key(role, scope) for role in LEADS]
    if set(leads) & held or OFFICE & held:
        return []
    there = [key for role, key in zip(LEADS, leads, strict=True) if roles.holders(session, role, today, scope=scope)]
    return [there[:1]] if there else [["GROUPS"]]


def _held(session: Session, event: Event, step: Sequence[str], today: date) -> list[str]:
    """The group's own treasurer where it has one who did not propose; else the events office."""
    if "GROUP_TREASURER" not in step:
        return list(step)
    scope = f"group:{event.group_id}"
    holders = roles.holders(session, "GROUP_TREASURER", today, scope=scope)
    own = [roles.key("GROUP_TREASURER", scope)] if set(holders) - {event.organiser_id} else ["EVENTS"]
    return [*own, *(each for each in step if each != "GROUP_TREASURER")]
