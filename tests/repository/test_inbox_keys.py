"""Every key at which the inbox listens is in its list of keys, and in the guide."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = (ROOT / "webapp/assets/src/inbox.js").read_text(encoding="utf-8")
LIST = (ROOT / "webapp/inbox/templates/inbox/shortcuts.html").read_text(encoding="utf-8")


def test_every_key_that_works_is_listed() -> None:
    block = re.search(r"^const keys = \{\n(.*?)^\};", CODE, re.S | re.M)
    assert block is not None
    works = set(re.findall(r'^  "?([^\s":]+)"?: ', block.group(1), re.M))
    listed = set(re.findall(r"<kbd>(.)</kbd>", LIST))
    assert works | {"1", "9"} == listed
    assert {"j", "z", "?", "/"} <= works, "the list was read"
    for name in ("Enter", "Esc"):
        assert f'<kbd>{{{{ _("{name}") }}}}</kbd>' in LIST
