"""The page of indicators: for who answers for memberships, by month, as pictures and as a file."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from flask import Flask

from engine.engine import Engine
from tests.security.web import at_desk
from webapp.indicators.picture import picture
from workflows.association.indicators.months import Period, shares


def test_the_page_tells_each_indicator_with_its_target(app: Flask, web_engine: Engine) -> None:
    browser = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    page = browser.get("/indicators/memberships?from=2026-09&to=2026-11").get_data(as_text=True)
    assert len(re.findall(r'<section class="am-figure"', page)) == 8
    assert "objectif" in page and "Relances parties à tort" in page
    assert len(re.findall(r'<th class="govuk-table__header" scope="row">', page)) == 8 * 3
    file = browser.get("/indicators/memberships.csv?from=2026-09&to=2026-11").get_data().decode("utf-8-sig")
    lines = file.splitlines()
    assert lines[0].startswith("Indicateur;Mois;Valeur") and len(lines) == 1 + 8 * 3


def test_months_that_are_none_are_the_last_twelve(app: Flask, web_engine: Engine) -> None:
    browser = at_desk(app, web_engine, "Olga", "GENERAL_DELEGATE")
    for asked in (
        "",
        "?from=2026-13&to=x",
        "?from=2026-09&to=2026-01",
        "?from=1900-01&to=2026-01",
        "?from=0001-01&to=0001-02",
        "?from=9999-11&to=9999-12",
    ):
        page = browser.get(f"/indicators/memberships{asked}").get_data(as_text=True)
        assert 'value="2025-12"' in page and 'value="2026-11"' in page, asked


def test_an_address_says_nothing_but_its_months(app: Flask, web_engine: Engine) -> None:
    browser = at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    link = 'href="/indicators/memberships.csv?from=2026-09&amp;to=2026-11"'
    for more in ("endpoint=x", "_method=POST", "_anchor=x", "_external=1", "_scheme=ftp", "from=2020-01"):
        answer = browser.get(f"/indicators/memberships?from=2026-09&to=2026-11&{more}")
        assert (answer.status_code, link in answer.get_data(as_text=True)) == (200, True), more
    for months in ("from=0001-01&to=0001-02", "from=9999-11&to=9999-12"):
        file = browser.get(f"/indicators/memberships.csv?{months}")
        assert (file.status_code, file.headers["Cache-Control"]) == (200, "private, no-store"), months


def test_nobody_else_reads_them(app: Flask, web_engine: Engine) -> None:
    for address in ("/indicators/memberships", "/indicators/memberships.csv"):
        assert at_desk(app, web_engine, "Edi", "EDITOR").get(address).status_code == 403


def test_a_picture_has_a_bar_a_month_and_the_line_of_its_target() -> None:
    jan, feb, mar = Period(date(2027, 1, 1), date(2027, 3, 1)).months
    series = shares("member_rate", Period(jan, mar), {jan: 1, feb: 2}, {jan: 2, feb: 2})
    drawn = str(picture(series, Decimal(75), 'a "b" <c>'))
    assert re.findall(r'height="([\d.]+)"/>', drawn) == ["55.0", "110.0"], "March has nothing to tell of"
    assert 'd="M0 35.5H78"' in drawn and 'aria-label="a &quot;b&quot; &lt;c&gt;"' in drawn
