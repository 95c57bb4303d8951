"""No address of the product disappears in silence: bookmarks, mails and other programs hold on to them."""

from __future__ import annotations

from flask import Flask

from tests.repository.sources import ROOT

LIST = ROOT / "tests" / "repository" / "addresses.txt"
MENDS = "write the list anew from the assertion's right side; an address that went needs a line in CHANGELOG.md"


def addresses(app: Flask) -> list[str]:
    """Every method and address, sorted."""
    return sorted(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def test_every_address_is_listed(app: Flask) -> None:
    assert LIST.read_text(encoding="utf-8").splitlines() == addresses(app), MENDS


def test_an_address_that_went_is_in_the_changelog(app: Flask) -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    gone = set(LIST.read_text(encoding="utf-8").splitlines()) - set(addresses(app))
    assert [address for address in gone if address.split()[1] not in changelog] == [], MENDS
