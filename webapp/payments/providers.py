"""The payment providers that the settings name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.errors import Invalid
from engine.outside.origins import origin_of
from workflows.association.payment_provider import Provider, TestProvider
from workflows.association.providers import helloasso, stripe
from workflows.association.providers.calling import Api

if TYPE_CHECKING:
    from webapp.settings import Settings

__all__ = ["TEST", "payment_faults", "providers"]

TEST = "test"
KNOWN = ("stripe", "helloasso")


def providers(settings: Settings) -> Mapping[str, Provider]:
    """By name: those with an account, and the test provider where its secret is known."""
    found: dict[str, Provider] = {}
    secrets, accounts = settings.payment_secrets, settings.payment_accounts
    if secrets.get(TEST):
        found[TEST] = TestProvider(secrets[TEST].encode())
    if "stripe" in accounts:
        signing = tuple(each.encode() for each in secrets["stripe"].split())
        found["stripe"] = stripe.Stripe(accounts["stripe"], signing, _api(settings, "stripe", stripe.API))
    if "helloasso" in accounts:
        client_id, client_secret, organization = accounts["helloasso"].split(":")
        api = _api(settings, "helloasso", helloasso.API)
        pages = helloasso.SANDBOX_PAGES if "sandbox" in api.base else helloasso.PAGES
        found["helloasso"] = helloasso.HelloAsso(
            client_id, client_secret, organization, secrets["helloasso"], api, page_origins=pages
        )
    return found


def _api(settings: Settings, name: str, usual: Api) -> Api:
    inside = frozenset(each.strip() for each in settings.http_inside.split(",") if each.strip())
    return Api(settings.payment_addresses.get(name, usual.base).rstrip("/"), inside)


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
    asked = str(said["payment_provider"])
    if asked and asked != TEST and asked not in accounts:
        yield "payment_provider", f"payment_accounts has no account at {asked}"
    for name, address in addresses.items():
        try:
            origin_of(address)
        except Invalid as error:
            yield "payment_addresses", f"{name}: {error.message}"
