"""One line of facts about a person, the latest first: memberships, money, cases, mails, documents, choices, words.

Each source says which part of the page it belongs to (`facets`), and is asked only where that part is shown: what a
viewer may not see is neither fetched nor counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from flask import url_for
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from engine.models import ProcessInstance
from webapp.authorize import authorize, readable
from webapp.comments.store import Comment
from webapp.operations.mail_causes import origins
from webapp.operations.names import tongues_of
from webapp.operations.narrowing import states
from webapp.person import gift_facts
from webapp.person.facts import EACH, Asked, Fact
from webapp.person.gift_facts import of_the_foundation, paper
from webapp.person.mail_words import status_words, suppressed_words
from webapp.privacy.preferences import QUESTIONS, VISIBILITY, YES_NO, sources
from webapp.process_titles import process_title
from webapp.spoken import quoting
from webapp.words import _
from workflows.association import received_mails, tariffs, wording
from workflows.association.consents import ConsentEvent
from workflows.association.gifts import documents
from workflows.association.issued_documents import IssuedDocument
from workflows.association.mails import Mail
from workflows.association.member_records import Feedback
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, OrderLine
from workflows.association.payments import Payment
from workflows.association.received_mails import ReceivedMail
from workflows.association.sms.messages import KEPT, SmsMessage

SHOWN: Final = 100  # facts on a page


Source = Callable[[Asked], Iterator[Fact]]


def timeline(asked: Asked, shown: frozenset[str]) -> Sequence[Fact]:
    """The latest facts of the parts that are shown."""
    found = [fact for facet, source in SOURCES if facet in shown for fact in source(asked)]
    return sorted(found, key=lambda fact: fact.at, reverse=True)[:SHOWN]


def _periods(asked: Asked) -> Iterator[Fact]:
    query = (
        select(MembershipPeriod)
        .join(Membership, Membership.id == MembershipPeriod.membership_id)
        .where(Membership.person_id.in_(asked.person_ids))
        .order_by(MembershipPeriod.written_at.desc())
    )
    for each in asked.session.scalars(query.limit(EACH)):
        span = wording.period(each.start_date, each.end_date, asked.language)
        gone = _("reversed") if each.reversed_at else ""
        title = _("Membership period %(span)s", span=span)
        tariff = tariffs.name(asked.session, each.tariff_code, each.value_date, asked.language)
        yield Fact(each.written_at, "standing", title, " · ".join(filter(None, (tariff, gone))))


def _orders(asked: Asked) -> Iterator[Fact]:
    """What was ordered of the association; the gift in a basket is another matter."""
    said = {"OPEN": _("to pay"), "PAID": _("paid"), "CANCELED": _("not paid")}
    query = select(Order).where(Order.person_id.in_(asked.person_ids), _of_the_association())
    query = query.options(selectinload(Order.lines)).order_by(Order.created_at.desc())
    for each in asked.session.scalars(query.limit(EACH)):
        words = wording.amount(each.total_for(ASSOCIATION), asked.language)
        yield Fact(each.created_at, "money", _("Order of %(amount)s", amount=words), f"{each.key} · {said[each.state]}")


def _payments(asked: Asked) -> Iterator[Fact]:
    """What arrived. Of a basket with a gift no amount is told: it would tell the gift."""
    query = select(Payment, Order).join(Order, Order.id == Payment.order_id)
    query = query.where(Order.person_id.in_(asked.person_ids), _of_the_association())
    query = query.options(selectinload(Order.lines)).order_by(Payment.received_at.desc())
    for each, order in asked.session.execute(query.limit(EACH)).tuples():
        title = _("Payment of %(amount)s", amount=wording.amount(each.amount, asked.language))
        if order.total_for(FOUNDATION):
            title = _("Payment for the order %(key)s", key=order.key)
        back = _("went back") if each.reversed_at else ""
        yield Fact(each.received_at, "money", title, back, trouble=bool(back))


def _of_the_association() -> ColumnElement[bool]:
    line = select(OrderLine.id).where(OrderLine.order_id == Order.id, OrderLine.beneficiary == ASSOCIATION)
    return line.exists()


def _documents(asked: Asked) -> Iterator[Fact]:
    query = select(IssuedDocument).where(
        IssuedDocument.person_id.in_(asked.person_ids), IssuedDocument.kind.not_in(documents.KINDS)
    )
    for each in asked.session.scalars(query.order_by(IssuedDocument.issued_at.desc()).limit(EACH)):
        yield paper(each, "documents")


def _cases(asked: Asked) -> Iterator[Fact]:
    query = select(ProcessInstance).where(
        ProcessInstance.id.in_(asked.cases), authorize(asked.viewer, "read", ProcessInstance)
    )
    for each in asked.session.scalars(query.order_by(ProcessInstance.started_at.desc()).limit(EACH)):
        name, url = process_title(asked.session, each, asked.language), url_for("operations.case", instance_id=each.id)
        if each.ended_at is not None:
            yield Fact(each.ended_at, "cases", _("Case ended: %(name)s", name=name), states()[each.status], url)
        stands = bool(each.incidents)
        detail = _("stands still") if stands else (states()[each.status] if each.ended_at is None else "")
        yield Fact(each.started_at, "cases", _("Case begun: %(name)s", name=name), detail, url, trouble=stands)


def _mails(asked: Asked) -> Iterator[Fact]:
    query = select(Mail).where(Mail.person_id.in_(asked.person_ids), ~of_the_foundation())
    mails = asked.session.scalars(query.order_by(Mail.created_at.desc()).limit(EACH)).all()
    cases = {key: case_id for key, (case_id, _element) in origins(asked.session, mails).items()}
    seen = readable(asked.session, asked.viewer, set(cases.values()))
    for each in mails:
        hidden = each.key in cases and cases[each.key] not in seen  # why it was written is for those who read the case
        why = "" if hidden else url_for("causes.mail", mail_id=each.id)
        if each.state == "SENT":
            detail = _("together with others of that day") if each.merged_into else ""
            title = quoting(_("Mail sent: %(subject)s"), each.lang, subject=each.subject)
            yield Fact(each.sent_at or each.created_at, "mails", title, detail, why)
        elif each.state == "SUPPRESSED":
            title = quoting(_("Mail not sent: %(subject)s"), each.lang, subject=each.subject)
            yield Fact(each.created_at, "mails", title, suppressed_words(each.suppressed), why)
        else:
            yield Fact(
                each.created_at,
                "mails",
                quoting(_("Mail waits: %(subject)s"), each.lang, subject=each.subject),
                "",
                why,
            )


def _messages(asked: Asked) -> Iterator[Fact]:
    """Short messages: what they say is the same for everybody, so it is not repeated."""
    query = select(SmsMessage).where(SmsMessage.person_id.in_(asked.person_ids))
    for each in asked.session.scalars(query.order_by(SmsMessage.created_at.desc()).limit(EACH)):
        if each.state == "SENT":
            yield Fact(each.sent_at or each.created_at, "mails", _("SMS sent: reminder of the end of the membership"))
        elif each.suppressed:
            words = _("no provider is set up") if each.state == KEPT else suppressed_words(each.suppressed)
            yield Fact(each.created_at, "mails", _("SMS not sent: reminder of the end of the membership"), words)
        else:
            yield Fact(each.created_at, "mails", _("SMS waits: reminder of the end of the membership"))


def _received(asked: Asked) -> Iterator[Fact]:
    """What came back: that it did is seen by whoever sees mails; what it says is a note."""
    query = select(ReceivedMail).where(ReceivedMail.person_id.in_(asked.person_ids), ReceivedMail.kind != "NO_CASE")
    kinds = {"BOUNCE": _("A mail did not arrive"), "DELAY": _("A mail is delayed"), "AUTOMATIC": _("Automatic answer")}
    for each in asked.session.scalars(query.order_by(ReceivedMail.received_at.desc()).limit(EACH)):
        title = kinds.get(each.kind, _("Answer received"))
        yield Fact(each.received_at, "mails", title, status_words(each.status), trouble=each.kind == "BOUNCE")


def _consents(asked: Asked) -> Iterator[Fact]:
    told, words = sources(), {**VISIBILITY, **YES_NO}
    query = select(ConsentEvent).where(ConsentEvent.person_id.in_(asked.person_ids), ConsentEvent.key.in_(QUESTIONS))
    for each in asked.session.scalars(query.order_by(ConsentEvent.at.desc()).limit(EACH)):
        title = f"{QUESTIONS[each.key][0]} {words.get(each.value, each.value)}"
        yield Fact(each.at, "consents", title, str(told.get(each.source, each.source)))


def _notes(asked: Asked) -> Iterator[Fact]:
    """Free words: of colleagues on the cases that the viewer sees, and of the person."""
    seen = select(ProcessInstance.id).where(
        ProcessInstance.id.in_(asked.cases), authorize(asked.viewer, "read", ProcessInstance)
    )
    remarks = select(Comment).where(Comment.instance_id.in_(seen)).order_by(Comment.written_at.desc())
    written = asked.session.scalars(remarks.limit(EACH)).all()
    tongues = tongues_of(asked.session, {each.author for each in written}, asked.language)
    for remark in written:
        url = url_for("operations.case", instance_id=remark.instance_id, _anchor="comments")
        title, lang = _("Comment by %(name)s", name=remark.author_name), tongues.get(remark.author, "")
        yield Fact(remark.written_at, "notes", title, "", url, remark.text, lang=lang)
    answers = select(ReceivedMail).where(
        ReceivedMail.person_id.in_(asked.person_ids),
        ReceivedMail.text != "",
        or_(ReceivedMail.instance_id.in_(seen), ReceivedMail.instance_id.is_(None)),
    )
    received = asked.session.scalars(answers.order_by(ReceivedMail.received_at.desc()).limit(EACH)).all()
    answered_in = received_mails.tongues(asked.session, received, asked.language)
    for answer in received:
        lang = answered_in.get(answer.id, "")
        title = quoting(_("Answer: %(subject)s"), lang, subject=answer.subject)
        yield Fact(answer.received_at, "notes", title, "", "", answer.text, lang=lang)
    words = select(Feedback).where(Feedback.person_id.in_(asked.person_ids)).order_by(Feedback.at.desc())
    for told in asked.session.scalars(words.limit(EACH)):
        yield Fact(told.at, "notes", _("What the member told us"), "", "", told.comment)


SOURCES: Final[Sequence[tuple[str, Source]]] = (
    ("standing", _periods),
    ("money", _orders),
    ("money", _payments),
    ("documents", _documents),
    ("cases", _cases),
    ("mails", _mails),
    ("mails", _received),
    ("consents", _consents),
    ("notes", _notes),
    *(("gifts", source) for source in gift_facts.SOURCES),
)


def facet_names() -> Mapping[str, str]:
    """The parts of the page in words."""
    return {
        "standing": _("Membership"),
        "contact": _("How to reach"),
        "birth": _("Birth"),
        "cases": _("Cases"),
        "money": _("Money"),
        "documents": _("Documents"),
        "mails": _("Mails"),
        "consents": _("Preferences"),
        "gifts": _("Gifts"),
        "notes": _("Notes"),
        "openings": _("Who looked"),
    }
