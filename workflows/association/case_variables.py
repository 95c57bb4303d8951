"""Reading ids, dates and amounts from the variables of a case, where they are FEEL values or their texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import Invalid

Variables = Mapping[str, object]


class VariableUnusable(Invalid):
    """The variable “{name}” should be {expected}."""

    code: ClassVar[str] = "variable_unusable"


def uuid(variables: Variables, name: str) -> UUID:
    """An id. Raises VariableUnusable."""
    found = uuid_or_none(variables, name)
    if found is None:
        raise VariableUnusable(name=name, expected="an id")
    return found


def uuid_or_none(variables: Variables, name: str) -> UUID | None:
    """An id, None where there is none. Raises VariableUnusable for a text that is no id."""
    value = variables.get(name)
    if value is None or value == "":
        return None
    try:
        return UUID(str(value))
    except ValueError as error:
        raise VariableUnusable(name=name, expected="an id") from error


def day(variables: Variables, name: str) -> date:
    """A day. Raises VariableUnusable."""
    value = variables.get(name)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise VariableUnusable(name=name, expected="a date") from error


def moment_or_none(variables: Variables, name: str) -> datetime | None:
    """A moment with its offset or its zone, as FEEL writes them (“…T09:00:00@Europe/Paris”), None where the variable is
    null. Raises VariableUnusable."""
    value = variables.get(name)
    if value is None or value == "":
        return None
    hour, _, zone = str(value).partition("@")
    try:
        moment = datetime.fromisoformat(hour)
        moment = moment.replace(tzinfo=ZoneInfo(zone)) if zone else moment
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise VariableUnusable(name=name, expected="a moment") from error
    if moment.tzinfo is None:
        raise VariableUnusable(name=name, expected="a moment with its offset")
    return moment


def amount(variables: Variables, name: str, default: Decimal | None = None) -> Decimal:
    """An amount in euros with two decimals; `default` where the variable is null. Raises VariableUnusable."""
    value = variables.get(name)
    if (value is None or value == "") and default is not None:
        return default
    try:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise VariableUnusable(name=name, expected="an amount") from error


def whole(variables: Variables, name: str, default: int) -> int:
    """A whole number; `default` where the variable is null. Raises VariableUnusable."""
    value = variables.get(name)
    if value is None or value == "":
        return default
    try:
        return int(Decimal(str(value)))
    except (InvalidOperation, ValueError) as error:
        raise VariableUnusable(name=name, expected="a whole number") from error


def text(variables: Variables, name: str, default: str = "") -> str:
    """A text, `default` where the variable is null."""
    value = variables.get(name)
    return default if value is None else str(value)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of a moment in the association's zone."""
    return moment.astimezone(zone).date()
