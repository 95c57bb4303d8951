"""The settings of the organisation's own sign-in (`webapp.organisation`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.association.role_names import ROLES

__all__ = ["organisation_faults"]


def organisation_faults(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What of these settings cannot be used, with the reason."""
    issuer = str(said["oidc_issuer"])
    if not issuer:
        return
    for name in ("oidc_client", "oidc_secret"):
        if not said[name]:
            yield name, "oidc_issuer needs it"
    if said["production"] and not issuer.startswith("https://"):
        yield "oidc_issuer", "it must begin with https:// in production"
    given = said["oidc_roles"]
    for group, keys in given.items() if isinstance(given, Mapping) else ():
        unknown = [key for key in str(keys).split() if key not in ROLES]
        if unknown:
            yield "oidc_roles", f"{group}: {unknown[0]} is none of the association's roles"
