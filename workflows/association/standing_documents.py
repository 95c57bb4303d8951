"""Letters about somebody's standing: the receipt of a resignation, the formal notice, the removal, the appointment.

They are issued as PDF/A and kept; those that the law wants to arrive are printed and posted as registered letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.registry import ServiceTask, ServiceWork
from workflows.association import exits, issued_documents, memberships, statutes, wording
from workflows.association.case_variables import day, local_day, text, uuid, uuid_or_none
from workflows.association.committee_votes import CommitteeVote
from workflows.association.exit_work import exit_of
from workflows.association.exits import NON_PAYMENT, MembershipExit
from workflows.association.issued_documents import FORMAL_NOTICE, HONORARY_LETTER, REMOVAL_NOTICE, RESIGNATION_RECEIPT
from workflows.association.member_documents import known_person, letter_page, member_reference
from workflows.association.people import Person
from workflows.association.settings import Association

_CAUSES: Final = {
    "NON_PAYMENT": ("le non-paiement de votre cotisation", "your dues, which are not paid"),
    "DISCIPLINARY": (
        "des faits sur lesquels le comité souhaite vous entendre", "facts about which the committee wishes to hear you",
    ),
}  # fmt: skip
_KINDS: Final = {
    "exit.issue_receipt": RESIGNATION_RECEIPT,
    "exit.issue_formal_notice": FORMAL_NOTICE,
    "exit.issue_removal_notice": REMOVAL_NOTICE,
    "honorary.issue_letter": HONORARY_LETTER,
}


def service_tasks(association: Association) -> tuple[ServiceTask, ...]:
    """The job types that issue these letters on the association's paper."""
    return tuple(ServiceTask(type_, _Issuer(association, kind), frozenset()) for type_, kind in _KINDS.items())


class _Issuer:
    """Issues one kind of letter to the person of a case, once."""

    def __init__(self, association: Association, kind: str) -> None:
        self.association, self.kind = association, kind

    def __call__(self, work: ServiceWork) -> None:
        person = known_person(work.session, uuid(work.variables, "person_id"))
        today = local_day(work.now, work.engine.settings.zone)
        lang = person.lang
        values = self._values(work, person, today, lang)
        page = letter_page(
            work.session, self.association, self.kind.lower(), lang, person, values, today, None,
            member_reference(work.session, person, lang),
        )  # fmt: skip
        subject = text(work.variables, "exit_id") or str(work.instance_id)
        issued_documents.issue(
            work.session, page, key=f"{self.kind.lower()}:{subject}", kind=self.kind, person_id=person.id,
            file_name=f"{self.kind.lower().replace('_', '-')}-{today}.pdf", now=work.now,
        )  # fmt: skip

    def _values(self, work: ServiceWork, person: Person, today: date, lang: str) -> Mapping[str, str]:
        membership = memberships.of(work.session, person.id)
        values = {
            "full_name": person.display_name,
            "member_no": membership.member_no if membership is not None else "—",
            "association": self.association.name,
            "issued_on": wording.day(today, lang),
        }
        if self.kind != HONORARY_LETTER:
            values |= _of_exit(work, exit_of(work), lang)
        return values


def _of_exit(work: ServiceWork, found: MembershipExit, lang: str) -> Mapping[str, str]:
    opened = local_day(found.opened_at, work.engine.settings.zone)
    return {
        "received_on": wording.day(opened, lang),
        "effective_on": wording.day(found.effective_on, lang),
        "services_until": wording.day(day(work.variables, "services_until"), lang),
        "outstanding": wording.amount(exits.outstanding(work.session, found.person_id), lang),
        "cause": _CAUSES[found.kind if found.kind in _CAUSES else NON_PAYMENT][lang == "en"],
        "days": str(statutes.formal_notice(work.session, opened, opened)),
        "decided_on": wording.day(_decided_on(work), lang),
    }


def _decided_on(work: ServiceWork) -> date:
    """The day of the vote; today where the letter comes before one."""
    vote_id = uuid_or_none(work.variables, "vote_id")
    vote = work.session.get(CommitteeVote, vote_id) if vote_id is not None else None
    return vote.held_on if vote is not None else local_day(work.now, work.engine.settings.zone)
