"""Records that staff see and write in a case: `match.*`, `decision.*`, `payment.*`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.errors import Invalid
from workflows.association import mandates, memberships, orders, payments, people, wording
from workflows.association.applicant_matches import Candidate, candidates
from workflows.association.applicant_record import find
from workflows.association.applications import Application
from workflows.association.bank import debits
from workflows.association.case_variables import amount, day, text
from workflows.association.orders import Order
from workflows.association.payments import Payment
from workflows.association.people import Person
from workflows.association.records import Record, Subject, Values

_PROVIDERS = {"TRANSFER": "BANK", "SEPA": "BANK", "CHEQUE": "CHEQUE"}


class CandidateUnknown(Invalid):
    """Choose one of the records that look alike."""

    code: ClassVar[str] = "candidate_unknown"


def describe(person: Person, entitlement: str, lang: str) -> str:
    """One line that lets staff tell people apart: name, birth, promotion, entitlement."""
    born = wording.day(person.birth_date, lang) if person.birth_date else "?"
    diplomas = ", ".join(f"{diploma.programme} {diploma.promotion_year}" for diploma in person.diplomas) or "—"
    name = f"{person.first_names} {person.birth_name}" + (f" ({person.usage_name})" if person.usage_name else "")
    return f"{name} · {born} · {diplomas} · {wording.entitlement(entitlement, lang)}"


def candidate_options(session: Session, application: Application, lang: str) -> Sequence[tuple[str, str]]:
    """The people who may be the applicant, as choices of a form: (person id, one line)."""
    found = candidates(session, application)
    known = people.by_ids(session, (each.person_id for each in found))
    return [
        (str(each.person_id), _option(session, known[each.person_id], each, lang))
        for each in found
        if each.person_id in known
    ]


def _option(session: Session, person: Person, candidate: Candidate, lang: str) -> str:
    likeness = f"{candidate.name:.0f} %"
    return f"{describe(person, memberships.entitlement(session, person.id), lang)} · {likeness}"


def _read_match(subject: Subject, fields: Iterable[str]) -> Values:
    application = find(subject)
    if application is None:
        return {}
    lines = [line for _, line in candidate_options(subject.session, application, subject.language)]
    chosen = application.match_person_id
    return {"summary": "\n".join(lines) or "—", "person": str(chosen) if chosen else None}


def _write_match(subject: Subject, values: Values) -> Values:
    """Notes whom staff take the applicant for. Raises CandidateUnknown for a person the search did not offer."""
    application, chosen = find(subject), values.get("person")
    if application is None or not chosen:
        return {}
    offered = {str(each.person_id) for each in candidates(subject.session, application)}
    if str(chosen) not in offered:
        raise CandidateUnknown(field="candidate")
    application.match_person_id = UUID(str(chosen))
    return {}


def _read_decision(subject: Subject, fields: Iterable[str]) -> Values:
    application = find(subject)
    return {"reason": application.decision_reason if application is not None else None}


def _write_decision(subject: Subject, values: Values) -> Values:
    application = find(subject)
    if application is not None and values.get("reason"):
        application.decision_reason = str(values["reason"])[:1000]
    return {}


def _order(subject: Subject) -> Order | None:
    return orders.by_key(subject.session, text(subject.variables, "order_key"))


def _read_payment(subject: Subject, fields: Iterable[str]) -> Values:
    order = _order(subject)
    if order is None:
        return {}
    paid = amount(subject.variables, "amount_paid", order.total)
    mandate = mandates.of_application(subject.session, order.application_id) if order.application_id else None
    return {
        "order_key": order.key,
        "expected": wording.amount(amount(subject.variables, "balance", order.total), "fr"),
        "surplus": wording.amount(max(paid - order.total, paid - paid), "fr"),
        "mandate": f"{mandate.reference} · {mandate.holder} · {mandate.iban}" if mandate is not None else "—",
    }


def _write_payment(subject: Subject, values: Values) -> Values:
    """Records money that FINANCE saw arrive. Raises PaymentRefused, PaymentKnown, VariableUnusable."""
    order = _order(subject)
    if order is None:
        raise payments.PaymentRefused(field="amount")
    payment = Payment(
        id=uuid4(),
        order_id=order.id,
        provider=_PROVIDERS.get(order.means, order.means),
        provider_reference=text(values, "reference").strip(),
        means=order.means,
        amount=amount(values, "amount"),
        currency="EUR",
        value_date=day(values, "value_date"),
        received_at=subject.now,
        recorded_by=subject.by,
    )
    payments.add(subject.session, payment)
    debits.settled_by_hand(subject.session, order.id, payment.id, subject.now)
    return {"payment_id": str(payment.id)}


MATCH = Record(
    frozenset({"summary", "person"}), _read_match, frozenset({"person"}), _write_match, frozenset({"person"})
)
_REASON = frozenset({"reason"})
DECISION = Record(_REASON, _read_decision, _REASON, _write_decision, _REASON)
_RECEIPT = frozenset({"amount", "value_date", "reference"})
PAYMENT = Record(_RECEIPT | {"order_key", "expected", "surplus", "mandate"}, _read_payment, _RECEIPT, _write_payment)
