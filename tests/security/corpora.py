"""Inputs written to hurt: expressions (A), definition files (B), names (D). Shared by every test of this folder."""

from __future__ import annotations

from typing import Final

from tests.engine.bpmn.drawing import document, end, flows, script, start, user

# Every expression is tried wherever a diagram, a table or a form takes one. `big`, `many` and `n` are variables there.
REACHING_OUT: Final = (
    "().__class__", "n.__class__.__mro__", 'f"{n}"', "lambda:1", "import os", '__import__("os").system("id")',
    "ｅｖａｌ(1)", "open(\"/etc/passwd\")", "engine.database", "session", "__builtins__", "typename", "self",
    "{{7*7}}", "${7*7}", "#{7*7}", "'; drop table job; --",
)  # fmt: skip
NUMBERS: Final = (
    "9**9**9", "10 ** 10000", "0.5 ** 99999999999", "1e999999", "1e-999999", "-" * 100 + "1", "1" * 5_000,
    "decimal(1, 6000)", 'duration("P999999999999999999D") * 1e6000', "1/0",
)  # fmt: skip
SHAPES: Final = (
    "(" * 5_000 + "1" + ")" * 5_000, "-" * 5_000 + "1", "1" + "+1" * 700, "[" * 39 + "]" * 39, "[1..", '"never closed',
    "/* never closed", "\\ud800", '"\\ud800\\u0000"', "if true then " * 50 + "1", "{a: a}", "",
)  # fmt: skip
WORK: Final = (
    "for i in 1..1000000000 return i",
    "for i in [1..1000000000] return i",
    "some i in 1..1000000000 satisfies i < 0",
    "count(for a in 1..1000 return for b in 1..1000 return for c in 1..1000 return a)",
    "{f: function(n) f(n), r: f(1)}.r",
    "{f: function(n) [f(n), f(n)], r: f(1)}.r",
    "{f: function(n, v) if n = 0 then v else f(n - 1, [v, v]), r: f(50, 1)}.r",
    "for i in 1..9000 return partial",
    "string join(for i in many return big)",
    "sort(many, function(a, b) sum(many) > 0)",
    "sort(many, function(a, b) true)",
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    'matches("a", "((a{100}){100}){100}")',
    'from json("' + "[" * 3_000 + '")',
    "function(a) a",
)
EXPRESSIONS: Final = (*REACHING_OUT, *NUMBERS, *SHAPES, *WORK)

BODY: Final = start() + user("a") + flows("start a")
_LAUGHS: Final = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


def with_prolog(prolog: str, body: str = BODY) -> bytes:
    """A diagram with a document type before its root."""
    return document(body).replace(b'<?xml version="1.0" encoding="UTF-8"?>', b'<?xml version="1.0"?>' + prolog.encode())


XINCLUDE: Final = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
ATTRIBUTES: Final = " ".join(f"a{n}='1'" for n in range(100_000))
_CALLS: Final = '<callActivity id="c"><extensionElements><zeebe:calledElement/></extensionElements></callActivity>'


def timed(kind: str, text: str) -> str:
    """A process that waits for a time."""
    event = f"<timerEventDefinition><time{kind}>{text}</time{kind}></timerEventDefinition>"
    if kind == "Cycle":
        beside = f'<boundaryEvent id="t" attachedToRef="a" cancelActivity="false">{event}</boundaryEvent>'
        return start() + user("a") + beside + end() + flows("start a", "t end")
    return f'{start()}<intermediateCatchEvent id="t">{event}</intermediateCatchEvent>{flows("start t")}'


# Each file with the code of a finding that refuses it.
FILES: Final = {
    "billion laughs": ("doctype", with_prolog(f'<!DOCTYPE d [<!ENTITY l0 "lol">{_LAUGHS}]>')),
    "quadratic entities": ("doctype", with_prolog(f'<!DOCTYPE d [<!ENTITY a "{"a" * 50_000}">]>')),
    "a file as entity": ("doctype", with_prolog('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    "an external dtd": ("doctype", with_prolog('<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">')),
    "an attribute entity": ("doctype", with_prolog('<!DOCTYPE d [<!ENTITY x "y">]>', '<userTask id="a" name="&x;"/>')),
    "utf-7": ("not_utf8", document(BODY).replace(b"UTF-8", b"UTF-7")),
    "utf-16": ("not_utf8", document(BODY).decode().encode("utf-16")),
    "depth 300": ("not_xml", document("<subProcess>" * 300 + "</subProcess>" * 300)),
    "20 MB of text": ("file_too_big", document(user("a", f"<documentation>{'x' * 20_000_000}</documentation>"))),
    "100,000 tasks": ("too_many_elements", document("".join(f'<task id="t{n}"/>' for n in range(100_000)))),
    "100,000 attributes": ("attributes_too_many", document(f'<task id="a" {ATTRIBUTES}/>')),
    "duplicate ids": ("id_twice", document(BODY + user("a"))),
    "an id of SQL": ("id_bad", document(BODY + '<task id="a\' or \'1\'=\'1"/>')),
    "an id out of the folder": ("id_bad", document(BODY + '<task id="../../evil"/>')),
    "an endless duration": ("timer_invalid", document(timed("Duration", "P100000000M"))),
    "a cycle without a pause": ("timer_invalid", document(timed("Cycle", "R/PT0S"))),
    "a negative cycle": ("timer_invalid", document(timed("Cycle", "R-5/PT1S"))),
    "a call of nobody": ("call_empty", document(start() + _CALLS + flows("start c"))),
    "python in a script": ("feel_invalid", document(BODY + script("s", "x", "().__class__"))),
    "a truncated file": ("not_xml", document(BODY)[:-40]),
    "a picture": ("not_text", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe"),
    "an empty file": ("not_xml", b""),
    "a page": ("not_bpmn", b"<html/>"),
    "a NUL": ("not_xml", document(BODY + '<task id="z" name="\0"/>')),
}  # fmt: skip

# Names that mean something to Python, to a serialiser or to FEEL: none may become a variable.
RESERVED_NAMES: Final = (
    "__builtins__", "__class__", "__init__", "_hidden", "typename", "a b", "1st", "if", "null", "for", "", "a.b",
    "a-b", "a\0", "\ud800", "$where", "a'--", "x" * 300 + " ",
)  # fmt: skip
# Names that look like functions or modules, and are names like any other.
HARMLESS_NAMES: Final = ("today", "now", "os", "eval", "string", "constructor", "prototype", "müller", "名前")
