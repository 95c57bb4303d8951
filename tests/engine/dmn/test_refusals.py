"""Files that are refused, each with the element and the reason."""

from __future__ import annotations

import pytest

from engine.dmn import DmnRefused, read
from tests.engine.dmn.models import decision, definitions, inputs, literal, table

BOMB = '<!DOCTYPE d [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)
GOOD = definitions(decision("d", literal("1")))


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"", "not well-formed"),
        (b"\x89PNG\r\n\x1a\n", "not in UTF-8"),
        (GOOD[:-20], "not well-formed"),
        (b"<definitions/>", "not a DMN file"),
        (definitions("", namespace="http://example.org/"), "not a DMN file"),
        (f"{BOMB}]><definitions>&j;</definitions>".encode(), ""),
        (b'<!DOCTYPE d SYSTEM "http://example.org/x.dtd">' + GOOD, "document type"),
        (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + GOOD, "document type"),
        (b'<?xml version="1.0" encoding="UTF-7"?>' + GOOD, ""),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD, "UTF-8"),
        (GOOD.decode().encode("utf-16"), "UTF-8"),
        (b"<a>" * 300 + b"</a>" * 300, ""),
        (definitions(" " * 2_000_001), "larger than 2 MB"),
        (definitions(decision("d", literal("1 +"))), "line 1, character 4"),
        (definitions(decision("d", "<pmml/>")), "has no expression"),
        (definitions(decision("d", literal("1"), "nothing")), "#nothing, does not exist"),
        (definitions(inputs("a") + inputs("a")), "used twice"),
        (definitions('<itemDefinition name="t"><typeRef>tNone</typeRef></itemDefinition>'), "tNone is unknown"),
        (definitions(decision("d", table("UNIQUE", "a", "r", "?" * 16_000 + " => 1"))), "at most 4000"),
    ],
)
def test_refused(xml: bytes, reason: str) -> None:
    with pytest.raises(DmnRefused) as caught:
        read(xml, name="broken.dmn")
    assert reason in str(caught.value)
    assert "broken.dmn" in str(caught.value)


def test_foreign_elements_are_left_alone() -> None:
    foreign = '<x:y xmlns:x="urn:x"><x:decision id="z"/></x:y>'
    found = read(definitions(foreign + decision("d", foreign + literal("1"))), name="a.dmn")
    assert list(found.decisions) == ["d"]


def test_every_version_of_the_standard_is_read() -> None:
    for namespace in (
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ):
        assert read(definitions(decision("d", literal("1")), namespace=namespace), name="a.dmn").decisions
