"""Files that try to hurt: each is refused with a clear finding, none is read further than needed."""

from __future__ import annotations

import pytest

from engine.bpmn import DiagramRefused, read_diagram
from tests.engine.bpmn.drawing import HEAD, document, end, flows, script, start, sub, user
from tests.engine.bpmn.play import Play

LAUGHS = "<!DOCTYPE lolz [" + "".join(
    f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9)
) + '<!ENTITY l0 "lol">]>'  # fmt: skip
MANY = " ".join(f"a{n}='1'" for n in range(100_000))
BODY = start() + user("a") + flows("start a")


def _with_prolog(prolog: str, body: str = BODY) -> bytes:
    return document(body).replace(b'<?xml version="1.0" encoding="UTF-8"?>', b'<?xml version="1.0"?>' + prolog.encode())


HOSTILE = {
    "billion laughs": ("doctype", _with_prolog(LAUGHS)),
    "quadratic": ("doctype", _with_prolog(f'<!DOCTYPE d [<!ENTITY a "{"a" * 50_000}">]>')),
    "file entity": ("doctype", _with_prolog('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    "external dtd": ("doctype", _with_prolog('<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">')),
    "attribute entity": ("doctype", _with_prolog('<!DOCTYPE d [<!ENTITY x "y">]>', '<userTask id="a" name="&x;"/>')),
    "doctype behind a comment": ("doctype", _with_prolog("<!-- > --><!DOCTYPE d>")),
    "utf-7": ("not_utf8", document(BODY).replace(b"UTF-8", b"UTF-7")),
    "latin-1": ("not_utf8", document(BODY).replace(b"UTF-8", b"ISO-8859-1")),
    "utf-16": ("not_utf8", document(BODY).decode().encode("utf-16")),
    "depth 300": ("not_xml", document("<subProcess>" * 300 + "</subProcess>" * 300)),
    "20 MB": ("file_too_big", document(user("a", f"<!-- {'x' * 20_000_000} -->"))),
    "100,000 tasks": ("too_many_elements", document("".join(f'<task id="t{n}"/>' for n in range(100_000)))),
    "60,000 tasks": ("too_many_elements", document("".join(f'<task id="t{n}"/>' for n in range(60_000)))),
    "100,000 attributes": ("attributes_too_many", document(f'<task id="a" {MANY}/>')),
    "truncated": ("not_xml", document(BODY)[:-40]),
    "a picture": ("not_text", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe"),
    "UTF-16": ("not_utf8", document(BODY).decode().encode("utf-16")),
    "empty": ("not_xml", b""),
    "html": ("not_bpmn", b"<html/>"),
    "an id with quotes": ("id_bad", document(BODY + '<task id="a\' or \'1\'=\'1"/>')),
    "an id with a blank": ("id_bad", document(BODY + '<task id="a b"/>')),
    "duplicate ids": ("id_twice", document(BODY + user("a"))),
    "python": ("feel_invalid", document(BODY + script("s", "x", "().__class__"))),
    "5,000 parentheses": ("feel_invalid", document(BODY + script("s", "x", "(" * 5_000 + "1" + ")" * 5_000))),
    "a NUL": ("not_xml", document(BODY + '<task id="z" name="\0"/>')),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(5)
def test_refused(name: str) -> None:
    code, data = HOSTILE[name]
    with pytest.raises(DiagramRefused) as refused:
        read_diagram(data, name=name)
    assert code in {finding.code for finding in refused.value.findings}
    assert all(len(finding.message) < 1_000 for finding in refused.value.findings)


def test_xinclude_is_a_foreign_element_and_reads_nothing() -> None:
    body = BODY + '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    assert "root:" not in str(read_diagram(document(body), name="x").processes[0].elements)


def test_a_chain_of_600_elements_runs_in_two_steps() -> None:
    names = [f"n{place}" for place in range(600)]
    body = (
        start() + "".join(f'<task id="{name}"/>' for name in names) + end() + flows(" ".join(["start", *names, "end"]))
    )
    play = Play(read_diagram(document(body), name="chain").processes[0], stored=True)
    assert play.ended
    assert len(play.entered()) == 602


def test_a_diagram_of_2000_elements_is_read_and_runs() -> None:
    names = [f"n{place}" for place in range(2_000)]
    body = start() + "".join(user(name) for name in names) + flows(" ".join(["start", *names]))
    play = Play(read_diagram(document(body), name="long").processes[0])
    assert play.complete("n0").open() == ["n1"]


def test_deep_nesting_below_the_limit_runs() -> None:
    body = user("deep")
    for level in range(60):
        body = sub(
            f"s{level}", start(f"i{level}") + body + flows(f"i{level} {'deep' if level == 0 else f's{level - 1}'}")
        )
    play = Play(read_diagram(document(start() + body + flows("start s59")), name="deep").processes[0], stored=True)
    assert play.complete("deep").ended


def test_the_head_of_the_test_files_is_plain() -> None:
    assert HEAD.startswith("<?xml")
