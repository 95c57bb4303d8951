"""The records that forms read and write, by the names that they are known by there."""

from __future__ import annotations

from typing import Final

from workflows.association import (
    applicant_record,
    committee_votes,
    exit_records,
    guardians,
    guests,
    honors,
    identities,
    mandate_record,
    member_records,
    payers,
    payment_incidents,
    peer_records,
    renewal_record,
    staff_records,
    surplus_work,
)
from workflows.association.bank import line_work
from workflows.association.cohorts import candidate_record as cohort_candidates
from workflows.association.cohorts import fees as cohort_fees
from workflows.association.cohorts import hearings as cohort_hearings
from workflows.association.cohorts import leaders as cohort_leaders
from workflows.association.cohorts import merger_record, season_record
from workflows.association.cohorts import planning as cohort_planning
from workflows.association.cohorts import sheets as cohort_sheets
from workflows.association.events import (
    approving,
    cancelling,
    claiming,
    incidents,
    permits,
    proposing,
    registering,
    reporting,
    visiting,
)
from workflows.association.gifts import correction_work as gift_corrections
from workflows.association.gifts import entry as gift_entry
from workflows.association.gifts import gift_record, pledge_record
from workflows.association.gifts import judging as gift_judging
from workflows.association.gifts import yearly as gift_year
from workflows.association.mentoring import (
    mentor_record,
    pair_record,
    proposal_record,
)
from workflows.association.privacy import request_record
from workflows.association.records import Records

__all__ = ["record_set"]

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
    "event_incident": incidents.INCIDENT,
}
_COHORT_RECORDS: Final = {
    "cohort": cohort_planning.COHORT,
    "seat": cohort_planning.SEAT,
    "season": season_record.SEASON,
    "candidate": cohort_candidates.CANDIDATE,
    "fee_refund": cohort_fees.REFUND,
    "merger": merger_record.MERGER,
    "move": merger_record.MOVE,
    "lead": cohort_leaders.LEAD,
    "hearing": cohort_hearings.HEARING,
    "sheet": cohort_sheets.SHEET,
}


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
            "bank_line": line_work.LINE,
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
