"""Service tasks of an exit: the facts for `exit_rule`, and what was decided carried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import exits, memberships, statutes
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none
from workflows.association.exits import ERASURE, MembershipExit

_SERVICES: Final = frozenset({"NEW", "CURRENT", "GRACE"})


@service_task(
    "exit.gather", results=("exit_id", "person_actor", "statutes", "effective_on", "services_until", "kind", "delays")
)
def gather(work: ServiceWork) -> Mapping[str, object]:
    """Opens the exit that a message began, and answers what the decision asks."""
    today = _today(work)
    person_id, kind = uuid(work.variables, "person_id"), text(work.variables, "kind")
    found = _exit_or_none(work) or exits.under_way(work.session, person_id, kind)
    if found is None:
        found = exits.open_exit(
            work.session, person_id, kind, by=text(work.variables, "told_by", "system"), now=work.now,
            effective_on=today,
        )  # fmt: skip
    return {
        "exit_id": str(found.id),
        "person_actor": f"person:{person_id}",
        "statutes": statutes.unpaid_dues(work.session, today),
        "effective_on": found.effective_on,
        "services_until": _services_until(work, found),
        "kind": kind,
        "delays": statutes.delays(work.session, today),
    }


@service_task("exit.suspend", results=())
def suspend(work: ServiceWork) -> None:
    """The services close while the committee hears and decides."""
    found = exit_of(work)
    found.entitlement_before = exits.suspend(work.session, found.person_id, work.now)


@service_task("exit.notice_ends", results=("notice_ends_on",))
def notice_ends(work: ServiceWork) -> Mapping[str, object]:
    """The last day of the formal notice: counted from the day on which the letter was received."""
    found = exit_of(work)
    opened = local_day(found.opened_at, work.engine.settings.zone)
    received = found.received_on or _today(work)
    return {"notice_ends_on": received + timedelta(statutes.formal_notice(work.session, received, opened))}


@service_task("exit.look_again", results=("paid_meanwhile",))
def look_again(work: ServiceWork) -> Mapping[str, object]:
    """Whether the services are open again because the dues were paid."""
    return {"paid_meanwhile": memberships.entitlement(work.session, exit_of(work).person_id) in _SERVICES}


@service_task("exit.apply", results=("services_until", "stays_id", "services_closed"))
def carry_out(work: ServiceWork) -> Mapping[str, object]:
    """Ends the standing as the rule says, stops renewals, mandates and planned debits, and parts a couple.

    `services_until`: the last day of the services; `stays_id`: the other half of a couple, null where there is none.
    """
    found, decided, today = exit_of(work), rule_of(work.variables), _today(work)
    membership = memberships.of(work.session, found.person_id)
    until = today
    if membership is not None:
        status, services = text(decided, "statutory_status"), text(decided, "services")
        until = exits.leave(work.session, membership, status, services, today, work.now)
        exits.close(found, status, work.now)
    elif found.kind == ERASURE:
        exits.close(found, "RESIGNED", work.now)
    exits.stop_collecting(work.session, found.person_id, work.now)
    stays = exits.part_couple(work.session, found.person_id)
    return {
        "services_until": until,
        "services_closed": membership is None or membership.service_entitlement == "ENDED",
        "stays_id": str(stays) if stays is not None else None,
    }


@service_task("exit.close_services", results=("services_closed",))
def close_services(work: ServiceWork) -> Mapping[str, object]:
    """The paid period is over. Who came back meanwhile keeps what was paid for."""
    return {"services_closed": exits.close_services(work.session, exit_of(work).person_id, work.now)}


@service_task("exit.keep", results=())
def keep(work: ServiceWork) -> None:
    """Nobody leaves: the committee refused, the dues were paid, the resignation was taken back."""
    found = exit_of(work)
    exits.reopen(work.session, found.person_id, _today(work), work.now)
    exits.close(found, "WITHDRAWN" if found.kind == exits.RESIGNATION else "KEPT", work.now)


def _services_until(work: ServiceWork, found: MembershipExit) -> date:
    membership = memberships.of(work.session, found.person_id)
    if membership is None or found.kind != exits.RESIGNATION:
        return found.effective_on
    return exits.services_end(membership, exits.END_OF_PERIOD, found.effective_on)


def exit_of(work: ServiceWork) -> MembershipExit:
    """The exit of a case. Raises WorkFailed where it was erased."""
    found = _exit_or_none(work)
    if found is None:
        raise WorkFailed("the exit of this case is not there", again=False)
    return found


def rule_of(variables: Mapping[str, object]) -> Mapping[str, object]:
    """What the table `exit_rule` decided. Raises WorkFailed."""
    decided = variables.get("rule")
    if not isinstance(decided, Mapping):
        raise WorkFailed("the table exit_rule gave no answer", again=False)
    return decided


def _exit_or_none(work: ServiceWork) -> MembershipExit | None:
    found = uuid_or_none(work.variables, "exit_id")
    return work.session.get(MembershipExit, found) if found is not None else None


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)
