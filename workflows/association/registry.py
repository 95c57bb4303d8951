"""Every job type of the association's diagrams: what an engine is opened with."""

from __future__ import annotations

from typing import Final

from engine.registry import Connector, Registry, ServiceTask
from workflows.association import (
    activation,
    admission,
    basket_facts,
    checkout,
    credit_note_papers,
    deaths,
    dues,
    exit_work,
    guardians,
    guests,
    honors,
    identities,
    import_work,
    invoicing,
    mail_sending,
    parameter_variables,
    payment_incidents,
    peer_records,
    proofs,
    reminder_letters,
    reminder_steps,
    renewal_campaign,
    renewal_orders,
    renewal_steps,
    standing_documents,
    students,
    surplus_work,
    task_handovers,
    task_reminders,
    verification,
)
from workflows.association.bank import line_work
from workflows.association.bank import papers as debit_papers
from workflows.association.cohorts import admission as cohort_admission
from workflows.association.cohorts import composition as cohort_composition
from workflows.association.cohorts import extra as cohort_extra
from workflows.association.cohorts import fees as cohort_fees
from workflows.association.cohorts import hearings as cohort_hearings
from workflows.association.cohorts import information as cohort_information
from workflows.association.cohorts import leaders as cohort_leaders
from workflows.association.cohorts import merging as cohort_merging
from workflows.association.cohorts import moving as cohort_moving
from workflows.association.cohorts import papers as cohort_papers
from workflows.association.cohorts import participation as cohort_participation
from workflows.association.cohorts import pauses as cohort_pauses
from workflows.association.cohorts import running as cohort_running
from workflows.association.cohorts import season_work
from workflows.association.events import (
    approving,
    cancelling,
    claiming,
    incidents,
    living,
    permits,
    publishing,
    reporting,
    seats,
    visiting,
    weighing,
)
from workflows.association.gifts import correction_work as gift_corrections
from workflows.association.gifts import followup as gift_followup
from workflows.association.gifts import lapsed, pledge_work
from workflows.association.gifts import papers as gift_papers
from workflows.association.gifts import yearly as gift_year
from workflows.association.mentoring import (
    pair_work,
    proposal_work,
    registration_work,
)
from workflows.association.mentoring import papers as mentoring_papers
from workflows.association.notices import sending, watching
from workflows.association.notices.push import PushKey, PushSender
from workflows.association.privacy import nightly, request_work, requests
from workflows.association.settings import Association
from workflows.association.sms import sending as sms

__all__ = ["registry"]

_EVENTS: Final = (
    weighing, publishing, approving, permits, living, seats, visiting, cancelling, reporting, claiming, incidents,
)  # fmt: skip
_MONEY: Final = (surplus_work, line_work, payment_incidents)
_MEMBERS = (exit_work, deaths, guardians, guests, honors, identities, students)
_COHORTS = (
    cohort_running,
    cohort_composition,
    cohort_moving,
    cohort_participation,
    cohort_pauses,
    cohort_admission,
    cohort_fees,
    cohort_information,
    cohort_extra,
    cohort_leaders,
    cohort_merging,
    cohort_hearings,
    season_work,
)


def registry(association: Association) -> Registry:
    """Every job type of the association's diagrams. Mail leaves by the association's transport."""
    service_tasks = Registry.of(
        verification,
        admission,
        dues,
        checkout,
        activation,
        peer_records,
        *_MONEY,
        parameter_variables,
        request_work,
        *_MEMBERS,
        gift_followup,
        gift_papers,
        reminder_steps,
        renewal_steps,
        renewal_orders,
        gift_corrections,
        renewal_campaign,
        pledge_work,
        gift_year,
        lapsed,
        task_handovers,
        *_COHORTS,
    )
    bound: list[ServiceTask | Connector] = [
        *basket_facts.service_tasks(association), *cohort_merging.service_tasks(association),
        invoicing.service_task(association), *mail_sending.connectors(association), proofs.connector(association),
        requests.connector(association), debit_papers.connector(association),
        credit_note_papers.connector(association),
        nightly.connector(association), sending.connector(_push_service(association)),
        watching.service(association.public_url),
        *task_reminders.services(association.public_url),
        reminder_letters.service_task(association), reminder_steps.checking(association),
        sms.connector(association), *import_work.connectors(association),
        *standing_documents.service_tasks(association), *cohort_papers.service_tasks(association),
    ]  # fmt: skip
    return service_tasks + Registry.collect(bound) + _together(association)


def _push_service(association: Association) -> PushSender:
    return PushSender(PushKey(association.push_key), f"mailto:{association.mail_from}", association.push_inside)


def _together(association: Association) -> Registry:
    work = Registry.of(registration_work, proposal_work, pair_work, *_EVENTS)
    bound: list[ServiceTask | Connector] = [
        *mentoring_papers.service_tasks(association),
        *cohort_running.service_tasks(association),
    ]
    return work + Registry.collect(bound)
