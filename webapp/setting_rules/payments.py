"""The settings of payment providers (`webapp.payments.providers`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.errors import Invalid
from engine.outside.origins import origin_of

__all__ = ["TEST", "payment_faults"]

TEST: Final = "test"
BY_CARD: Final = ("stripe", "helloasso")
BY_DEBIT: Final = ("gocardless",)
KNOWN: Final = (*BY_CARD, *BY_DEBIT)


def payment_faults(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What of these settings cannot be used, with the reason. Values of secrets are never in it."""
    accounts, secrets, addresses = (
        {str(name): str(text) for name, text in pairs.items()} if isinstance(pairs := said[name_], Mapping) else {}
        for name_ in ("payment_accounts", "payment_secrets", "payment_addresses")
    )
    for name, text in accounts.items():
        if name not in KNOWN:
            yield "payment_accounts", f"{name} is none of {', '.join(KNOWN)}"
        elif not secrets.get(name, "").strip():
            yield "payment_accounts", f"payment_secrets has no secret for {name}"
        elif name == "helloasso" and (len(text.split(":")) != 3 or not all(text.split(":"))):
            yield "payment_accounts", "helloasso is written client-id:client-secret:organisation"
    yield from _chosen("payment_provider", str(said["payment_provider"]), accounts, (TEST, *BY_CARD))
    yield from _chosen("debit_provider", str(said["debit_provider"]), accounts, BY_DEBIT)
    for name, address in addresses.items():
        try:
            origin_of(address)
        except Invalid as error:
            yield "payment_addresses", f"{name}: {error.message}"


def _chosen(
    setting: str, asked: str, accounts: Mapping[str, str], fitting: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    if asked and asked != TEST and asked not in accounts:
        yield setting, f"payment_accounts has no account at {asked}"
    elif asked and asked not in fitting:
        yield setting, f"{asked} is none of {', '.join(each for each in fitting if each != TEST)}"
