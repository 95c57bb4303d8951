"""The HTML of a mail as part of a page of ours."""

from __future__ import annotations

import re
from typing import Final

import nh3
from markupsafe import Markup

_TAGS: Final = nh3.ALLOWED_TAGS - {"img"}
_UNSAID: Final = {"title", "style", "script"}  # with what stands in them: the page says the title itself
_HIGH: Final = re.compile(r"(</?)h[12](?=[ >])")


def cleaned(html: str) -> Markup:
    """The body of a mail, cleaned as if a stranger had written it. Its headings stand below those of the page, which
    has a first-level one and says in a second-level one that a mail follows."""
    clean = nh3.clean(html, tags=_TAGS, clean_content_tags=_UNSAID, link_rel=None)
    return Markup(_HIGH.sub(r"\1h3", clean))  # noqa: S704  # after cleaning every < that is left begins a tag
