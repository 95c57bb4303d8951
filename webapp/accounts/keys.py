"""Security keys (W3C Web Authentication): added by an account, and asked for at sign-in, by their own challenge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from engine.errors import Invalid
from webapp.accounts.models import SecondFactor, SecondStep
from workflows.association.people import Person

LONGEST = 20_000


class KeyRefused(Invalid):
    """This security key was not accepted. Try again, and use the key when the browser asks for it."""

    code: ClassVar[str] = "key_refused"


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks: the host's name, the address that the browser shows, the association's name."""

    host: str
    origin: str
    name: str


def creation_options(
    party: Party, person: Person, account: str, known: Iterable[SecondFactor], step: SecondStep
) -> str:
    """What a browser is asked when a key is added, as JSON; keys that the person has already are excluded."""
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_id=person.id.bytes,
        user_name=account,
        user_display_name=person.display_name,
        challenge=bytes.fromhex(step.challenge),
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.DISCOURAGED
        ),
    )
    return options_to_json(options)


def add(session: Session, party: Party, step: SecondStep, answer: str, name: str, now: datetime) -> SecondFactor:
    """Keeps the key of which a browser tells. Raises KeyRefused."""
    try:
        proved = verify_registration_response(
            credential=_short(answer), expected_challenge=bytes.fromhex(step.challenge), expected_rp_id=party.host,
            expected_origin=party.origin,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError) as refused:
        raise KeyRefused from refused
    credential = bytes_to_base64url(proved.credential_id)
    if session.scalars(select(SecondFactor.id).where(SecondFactor.credential_id == credential)).first() is not None:
        raise KeyRefused
    step.used_at = now
    factor = SecondFactor(
        id=uuid4(), person_id=step.person_id, kind="key", name=name, credential_id=credential,
        public_key=bytes_to_base64url(proved.credential_public_key), sign_count=proved.sign_count, last_step=0,
        made_at=now, confirmed_at=now,
    )  # fmt: skip
    session.add(factor)
    return factor


def request_options(party: Party, known: Iterable[SecondFactor], step: SecondStep) -> str:
    """What a browser is asked at sign-in, as JSON."""
    options = generate_authentication_options(
        rp_id=party.host, challenge=bytes.fromhex(step.challenge), allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )  # fmt: skip
    return options_to_json(options)


def accepts(session: Session, party: Party, step: SecondStep, answer: str, now: datetime) -> bool:
    """Whether one of the person's keys has signed the challenge of this step. A copied key shows by its count."""
    try:
        credential = parse_authentication_credential_json(_short(answer))
        factor = session.scalars(
            select(SecondFactor)
            .where(
                SecondFactor.person_id == step.person_id,
                SecondFactor.credential_id == bytes_to_base64url(credential.raw_id),
            )
            .with_for_update()
        ).one_or_none()
        if factor is None or factor.public_key is None:
            return False
        proved = verify_authentication_response(
            credential=credential, expected_challenge=bytes.fromhex(step.challenge), expected_rp_id=party.host,
            expected_origin=party.origin, credential_public_key=base64url_to_bytes(factor.public_key),
            credential_current_sign_count=factor.sign_count,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return False
    factor.sign_count, factor.used_at = proved.new_sign_count, now
    return True


def _descriptors(known: Iterable[SecondFactor]) -> list[PublicKeyCredentialDescriptor]:
    ids = (each.credential_id for each in known if each.credential_id is not None)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in ids]


def _short(answer: str) -> str:
    """The answer, if it is one of this size. Raises ValueError."""
    if len(answer) > LONGEST:
        raise ValueError("too long")
    return answer
