"""Where pages of ours are read: the one that answers this request, and the one whose form was sent."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

__all__ = ["own_address", "page_before", "page_of_form"]


def own_address() -> str:
    """Where this page is read again: of an answer to a form whose address shows no page, the page that the form stood
    on; the start page where nobody knows."""
    if request.method == "GET" or _is_read(request.path):
        return request.full_path.rstrip("?")
    before = page_before()
    return before if before is not None and _is_read(urlsplit(before).path) else "/"


def page_before() -> str | None:
    """The page of ours whose form was sent, to look at anew: a conflict is no dead end."""
    try:
        sent_from = urlsplit(request.referrer or "")
    except ValueError:  # whoever writes such a header gets the page without a way back
        return None
    if request.method != "POST" or sent_from.netloc != request.host:
        return None
    return urlunsplit(("", "", "/" + sent_from.path.lstrip("/"), sent_from.query, ""))


def page_of_form() -> str | None:
    """Where the form of this request is shown again: the page that it stood on, or where it was sent, if that shows a
    page; None where neither does."""
    before = page_before()
    if before is not None and _is_read(urlsplit(before).path):
        return before
    return request.path if _is_read(request.path) else None


def _is_read(path: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        assert adapter is not None
        adapter.match(path, method="GET")
    except HTTPException:
        return False
    return True
