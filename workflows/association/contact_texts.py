"""Addresses and numbers as people write them, in their normal form: e-mail (RFC 5321), telephone (E.164)."""

from __future__ import annotations

from typing import ClassVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from engine.errors import Invalid


class EmailRefused(Invalid):
    """“{value}” is not an e-mail address."""

    code: ClassVar[str] = "email_refused"


class PhoneRefused(Invalid):
    """“{value}” is not a telephone number. Write it with its country code, for example +33 6 12 34 56 78."""

    code: ClassVar[str] = "phone_refused"


def email_address(text: str) -> str:
    """The address in its normal form (RFC 5321, at most 254 characters). Raises EmailRefused."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise EmailRefused(value=text[:80], field="email") from error


def phone_number(text: str, country: str | None = None) -> str:
    """The number in E.164; a national number is read as one of `country` (France where none). Raises PhoneRefused."""
    try:
        number = phonenumbers.parse(text, country or "FR")
    except phonenumbers.NumberParseException as error:
        raise PhoneRefused(value=text[:40], field="phone") from error
    if not phonenumbers.is_possible_number(number):
        raise PhoneRefused(value=text[:40], field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def international(number: str) -> str:
    """A number in E.164 as people read it: “+33 6 12 34 56 78”."""
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
