"""The association's records and work: what its diagrams' service tasks, connectors and form records are.

`registry(association)` is what an engine is opened with; `record_set()` is what forms read and write.
"""

from __future__ import annotations

from typing import Final

from engine.registry import Connector, Registry, ServiceTask
from workflows.association import (
    activation,
    admission,
    applicant_record,
    checkout,
    committee_votes,
    credit_note_papers,
    deaths,
    dues,
    exit_records,
    exit_work,
    guardians,
    guests,
    honors,
    identities,
    invoicing,
    mail_sending,
    mandate_record,
    member_records,
    parameter_variables,
    payers,
    payment_incidents,
    peer_records,
    proofs,
    reminder_letters,
    reminder_steps,
    renewal_campaign,
    renewal_orders,
    renewal_record,
    renewal_steps,
    staff_records,
    standing_documents,
    students,
    surplus_work,
    task_handovers,
    task_reminders,
    verification,
)
from workflows.association.bank import papers as debit_papers
from workflows.association.cohorts import admission as cohort_admission
from workflows.association.cohorts import candidate_record as cohort_candidates
from workflows.association.cohorts import fees as cohort_fees
from workflows.association.cohorts import moving as cohort_moving
from workflows.association.cohorts import participation as cohort_participation
from workflows.association.cohorts import pauses as cohort_pauses
from workflows.association.cohorts import planning as cohort_planning
from workflows.association.cohorts import running as cohort_running
from workflows.association.cohorts import season_record, season_work
from workflows.association.events import (
    approving,
    cancelling,
    claiming,
    living,
    permits,
    proposing,
    registering,
    reporting,
    seats,
    visiting,
    weighing,
)
from workflows.association.gifts import correction_work as gift_corrections
from workflows.association.gifts import entry as gift_entry
from workflows.association.gifts import followup as gift_followup
from workflows.association.gifts import gift_record, lapsed, pledge_record, pledge_work
from workflows.association.gifts import judging as gift_judging
from workflows.association.gifts import papers as gift_papers
from workflows.association.gifts import yearly as gift_year
from workflows.association.mentoring import (
    mentor_record,
    pair_record,
    pair_work,
    proposal_record,
    proposal_work,
    registration_work,
)
from workflows.association.mentoring import papers as mentoring_papers
from workflows.association.notices import sending, watching
from workflows.association.notices.push import PushKey, PushSender
from workflows.association.privacy import nightly, request_record, request_work, requests
from workflows.association.records import Records
from workflows.association.settings import Association

__all__ = ["Association", "record_set", "registry"]

_STANDING_RECORDS: Final = {
    "exit": exit_records.EXIT,
    "honorary": honors.HONORARY,
    "identity": identities.IDENTITY,
}
_MENTORING_RECORDS: Final = {
    "mentor": mentor_record.MENTOR,
    "mentee": mentor_record.MENTEE,
    "proposal": proposal_record.PROPOSAL,
    "round": proposal_record.ROUND,
    "pair": pair_record.PAIR,
}


_EVENT_RECORDS: Final = {
    "event": proposing.EVENT,
    "approval": approving.APPROVAL,
    "permit": permits.PERMIT,
    "registration": registering.REGISTRATION,
    "visitor": visiting.VISITOR,
    "calling_off": cancelling.CALLING_OFF,
    "report": reporting.REPORT,
    "expense": claiming.EXPENSE,
}
_EVENTS: Final = (weighing, approving, permits, living, seats, visiting, cancelling, reporting, claiming)
_COHORT_RECORDS: Final = {
    "cohort": cohort_planning.COHORT,
    "seat": cohort_planning.SEAT,
    "season": season_record.SEASON,
    "candidate": cohort_candidates.CANDIDATE,
    "fee_refund": cohort_fees.REFUND,
}
_MEMBERS = (exit_work, deaths, guardians, guests, honors, identities, students)
_COHORTS = (
    cohort_running,
    cohort_moving,
    cohort_participation,
    cohort_pauses,
    cohort_admission,
    cohort_fees,
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
        surplus_work,
        task_reminders,
        payment_incidents,
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
        invoicing.service_task(association), *mail_sending.connectors(association), proofs.connector(association),
        requests.connector(association),
        debit_papers.connector(association),
        credit_note_papers.connector(association),
        nightly.connector(association),
        sending.connector(_push_service(association)),
        watching.service(association.public_url),
        reminder_letters.service_task(association), *standing_documents.service_tasks(association),
    ]  # fmt: skip
    return service_tasks + Registry.collect(bound) + _together(association)


def _push_service(association: Association) -> PushSender:
    return PushSender(PushKey(association.push_key), f"mailto:{association.mail_from}", association.push_inside)


def _together(association: Association) -> Registry:
    work = Registry.of(registration_work, proposal_work, pair_work, *_EVENTS)
    return work + Registry.collect([*mentoring_papers.service_tasks(association)])


def record_set() -> Records:
    """The records that forms may name."""
    return Records(
        {
            "applicant": applicant_record.RECORD,
            "match": staff_records.MATCH,
            "decision": staff_records.DECISION,
            "payment": staff_records.PAYMENT,
            "renewal": renewal_record.RENEWAL,
            "call": renewal_record.CALL,
            "surplus": surplus_work.SURPLUS,
            "refund": surplus_work.REFUND,
            "incident": payment_incidents.INCIDENT,
            "peers": peer_records.PEERS,
            "mandate": mandate_record.MANDATE,
            "payer": payers.PAYER,
            "privacy": request_record.PRIVACY,
            "guest": guests.RECORD,
            **_COHORT_RECORDS,
            "guardian": guardians.GUARDIAN,
            "vote": committee_votes.VOTE,
            "vote_confirmation": committee_votes.CONFIRMATION,
            "consents": member_records.CONSENTS,
            "basket": member_records.BASKET,
            "person": member_records.PERSON,
            "feedback": member_records.FEEDBACK,
            "gift": gift_record.GIFT,
            "donor": gift_record.DONOR,
            "entry": gift_entry.ENTRY,
            "classing": gift_judging.CLASSING,
            "examination": gift_judging.EXAMINATION,
            "correction": gift_corrections.CORRECTION,
            "pledge": pledge_record.PLEDGE,
            "year": gift_year.YEAR,
            **_STANDING_RECORDS,
            **_MENTORING_RECORDS,
            **_EVENT_RECORDS,
        }
    )
