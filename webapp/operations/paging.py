"""Pages of results, by number: which rows a page shows, and the addresses of the pages before and after it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

SIZE = 50  # rows of a page
LARGEST = 10**6  # a number beyond it is none


@dataclass(frozen=True, slots=True)
class Pages:
    """Page `number` (from 1) of `count` rows."""

    number: int
    count: int

    @property
    def last(self) -> int:
        """The number of the last page, 1 where there is no row."""
        return max(1, -(-self.count // SIZE))

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * SIZE

    @property
    def before(self) -> str | None:
        """The address of the page before this one."""
        return _address(self.number - 1) if self.number > 1 else None

    @property
    def after(self) -> str | None:
        """The address of the page after this one."""
        return _address(self.number + 1) if self.number < self.last else None


def asked_page(count: int) -> Pages:
    """The page that the address asks for by `page`; the first where it says none, the last where there are fewer."""
    said = request.args.get("page", "")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) <= len(str(LARGEST)) else 1
    return Pages(min(max(1, number), Pages(1, count).last), count)


def _address(number: int) -> str:
    asked = [each for each in request.args.items(multi=True) if each[0] != "page"]
    return f"{request.path}?{urlencode([*asked, ('page', str(number))])}"
