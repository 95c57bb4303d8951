"""Words about requests, in both languages: for tasks, for mails and for the page on which a person follows hers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import wording
from workflows.association.case_variables import uuid_or_none
from workflows.association.privacy import erasure, files, running_gifts
from workflows.association.privacy.categories import CATEGORIES
from workflows.association.privacy.files import PrivacyRequest

__all__ = ["advice", "kept", "kinds", "outcome", "state", "values"]

_KINDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ACCESS": ("accès à mes données", "access to my data"),
        "RECTIFY": ("rectification", "rectification"),
        "ERASE": ("effacement", "erasure"),
        "RESTRICT": ("limitation", "restriction"),
        "OBJECT": ("opposition à la prospection", "objection to prospecting"),
        "PORTABILITY": ("portabilité", "portability"),
        "WITHDRAW_CONSENT": ("retrait de consentements", "withdrawal of consents"),
        "OTHER": ("autre demande", "another request"),
    }
)
_OUTCOMES: Final[Mapping[str | None, tuple[str, str]]] = MappingProxyType(
    {
        "GRANTED": ("accordée", "granted"),
        "PARTLY": ("accordée en partie", "granted in part"),
        "REFUSED": ("refusée", "refused"),
        None: ("à l’étude", "being examined"),
    }
)
_STATES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "OPEN": ("en cours", "under way"),
        "ANSWERED": ("répondue", "answered"),
        "UNIDENTIFIED": ("close sans preuve d’identité", "closed without proof of identity"),
    }
)
_GRANTED: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ACCESS": (
            "Tout ce que nous conservons à votre sujet est dans « Mes données » : téléchargez l’archive.",
            "All that we keep about you is on “My data”: download the archive.",
        ),
        "PORTABILITY": (
            "L’archive de « Mes données » contient aussi vos données dans un format pour machines (JSON).",
            "The archive on “My data” holds your data in a format for machines too (JSON).",
        ),
        "RECTIFY": ("Votre fiche est corrigée.", "Your record is corrected."),
        "ERASE": (
            "Vos données seront effacées demain. Ce que la loi nous oblige à garder est mis à part et ne sert à rien "
            "d’autre : comptabilité, dix ans ; reçus fiscaux, six ans.",
            "Your data will be erased tomorrow. What the law makes us keep is put aside and used for nothing else: "
            "accounts, ten years; tax receipts, six years.",
        ),
        "ERASE_LATER": (
            "Votre don continue, comme vous le souhaitez : vos données seront effacées quand il aura pris fin.",
            "Your gift goes on, as you wish: your data will be erased when it has ended.",
        ),
        "RESTRICT": (
            "L’usage de vos données est limité : nous les gardons et ne nous en servons plus.",
            "The use of your data is restricted: we keep them and use them for nothing.",
        ),
        "OBJECT": ("Vous ne recevrez plus de sollicitation.", "You will receive no more solicitations."),
        "WITHDRAW_CONSENT": ("Vos consentements sont retirés.", "Your consents are withdrawn."),
        "OTHER": ("Votre demande est traitée.", "Your request is dealt with."),
    }
)
_COMPLAINT: Final = (
    "Vous pouvez contester cette décision auprès de la CNIL (3 place de Fontenoy, 75007 Paris, cnil.fr) ou devant un "
    "tribunal.",
    "You may complain to the CNIL (3 place de Fontenoy, 75007 Paris, cnil.fr) or go to court.",
)


def _in(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]


def kinds(request: PrivacyRequest, lang: str) -> str:
    """What was asked for."""
    return ", ".join(_in(_KINDS[each], lang) for each in request.asked)


def outcome(said: str | None, lang: str) -> str:
    """What was decided."""
    return _in(_OUTCOMES.get(said, _OUTCOMES[None]), lang)


def state(request: PrivacyRequest, lang: str) -> str:
    """How far a request is."""
    return _in(_STATES[request.state], lang)


def advice(fee: object, lang: str) -> str:
    """What the table `privacy_fee` says of a request that comes again and again."""
    if fee != "FEE_OR_REFUSE":
        return _in(("Sans frais.", "Free of charge."), lang)
    return _in(
        (
            "Même demande trois fois en six mois : des frais raisonnables ou un refus motivé sont possibles.",
            "The same request three times in six months: a reasonable fee, or a refusal with reasons, is possible.",
        ),
        lang,
    )


def kept(session: Session, request: PrivacyRequest, today: date, lang: str) -> str:
    """What an erasure would hold back, and why: the legal holds."""
    held = [
        line for line in erasure.preview(session, request.person_id, today, disputed=request.disputed)
        if line.decided.action in {"KEEP", "DPO"}
    ]  # fmt: skip
    named = [(CATEGORIES[line.category], line) for line in held]
    return (
        "\n".join(
            f"{category.en if lang == 'en' else category.fr} ({line.rows}) : {line.decided.reason}"
            for category, line in named
        )
        or "—"
    )


def values(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    """What mails say of the request of their case."""
    found = uuid_or_none(variables, "request_id")
    request = session.get(PrivacyRequest, found) if found is not None else None
    if request is None:
        return {}
    return {
        "request_reference": request.reference,
        "request_kinds": kinds(request, lang),
        "request_due": wording.day(request.due_on, lang) if request.due_on else "—",
        "request_reasons": files.text_of(session, request).reasons,
        "request_answer": _answer(session, request, lang),
    }


def _answer(session: Session, request: PrivacyRequest, lang: str) -> str:
    reasons = files.text_of(session, request).reasons
    later = not request.gift_stops and bool(running_gifts.of_person(session, request.person_id))
    keys = ["ERASE_LATER" if later and each == "ERASE" else each for each in request.asked]
    granted = [_in(_GRANTED[each], lang) for each in keys] if request.outcome in {"GRANTED", "PARTLY"} else []
    refused = [reasons, _in(_COMPLAINT, lang)] if request.outcome != "GRANTED" else [reasons]
    return "\n\n".join(each for each in (*granted, *refused) if each)
