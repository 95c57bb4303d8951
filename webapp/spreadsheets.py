"""Rows as a file that spreadsheets here open by a double click: semicolons, and a byte order mark before UTF-8."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

from flask import Response, send_file


def download(rows: Iterable[Sequence[object]], name: str) -> Response:
    """A CSV file to keep, which no cache between here and its reader keeps. The cells are written as they are: whoever
    calls brings none from outside that begins like a formula."""
    text = StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    body = BytesIO(text.getvalue().encode("utf-8-sig"))
    answer = send_file(body, mimetype="text/csv", as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
