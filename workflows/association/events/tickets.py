"""Tickets: ten letters and digits that are read aloud, typed, or scanned as a picture (ISO/IEC 18004).

The picture says the address of the list of attendees with the ticket in it: a telephone opens it there, a scanner types
it into the list's field. Whoever opens it and does not welcome people sees nothing.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import segno


def address(public_url: str, event_key: str, ticket: str) -> str:
    """What the picture says."""
    return f"{public_url}/events/{event_key}/list?ticket={ticket}"


def picture(told: str) -> str:
    """The picture as SVG that stands in a page by itself: black on white, with its quiet zone."""
    return segno.make(told, error="m").svg_inline(scale=6, border=4, lineclass=None, svgclass="am-code-picture")


def code_of(shown: str) -> str:
    """The ticket in what was typed or scanned: the address of the picture, or the letters however they were typed."""
    within = parse_qs(urlsplit(shown.strip()).query).get("ticket", [shown]) if "ticket=" in shown else [shown]
    return "".join(each for each in within[0].upper() if each.isascii() and each.isalnum())
