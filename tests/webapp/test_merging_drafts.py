"""Two versions of a draft brought together: what each did stays, unit by unit, and nothing else changes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import read_diagram
from webapp.studio import merging
from webapp.studio.merging import Versions, trees
from workflows.catalogue import definitions

FILES = definitions()["payment_incident"]
DIAGRAM, TABLE, FORM = "payment_incident.bpmn", "sepa_incident.dmn", "incident_outcome.form"
TREE = trees.read(DIAGRAM, FILES[DIAGRAM])
TASKS = sorted(id_ for id_, node in TREE.units.items() if trees.local(node).endswith("Task"))


def together(
    base: bytes, mine: bytes, theirs: bytes, chosen: Mapping[str, str] | None = None, *, name: str = DIAGRAM
) -> bytes:
    versions = Versions({name: base}, {name: mine}, {name: theirs})
    made = merging.merged(versions, merging.points(versions, "fr"), chosen or {})[name]
    assert made is not None
    return made


def renamed(body: bytes, ids: Mapping[str, str]) -> bytes:
    for id_, name in ids.items():
        body = re.sub(rb'(id="%b" name=")[^"]*' % id_.encode(), b"\\g<1>" + name.encode(), body, count=1)
    return body


def without(body: bytes, id_: str) -> bytes:
    """The diagram as an editor leaves it when an element is deleted: its flows and their drawings go with it."""
    gone = [id_, *(key for key, node in TREE.units.items() if id_ in {node.get("sourceRef"), node.get("targetRef")})]
    kept = trees.read(DIAGRAM, body)
    for each in dict.fromkeys(gone):
        for node in (kept.units.get(each), kept.drawn.get(each)):
            around = node.getparent() if node is not None else None
            if node is not None and around is not None:
                around.remove(node)
    for node in [node for node in kept.root.iter("{*}incoming", "{*}outgoing", "{*}flowNodeRef") if node.text in gone]:
        around = node.getparent()
        assert around is not None
        around.remove(node)
    return trees.etree.tostring(kept.root)


@settings(deadline=None, max_examples=20)
@given(st.sets(st.sampled_from(TASKS), max_size=4), st.sets(st.sampled_from(TASKS), max_size=4), st.randoms())
def test_each_keeps_what_only_he_changed_and_a_choice_decides_the_rest(
    mine: set[str], theirs: set[str], chance: object
) -> None:
    base = FILES[DIAGRAM]
    own, other = renamed(base, dict.fromkeys(mine, "Mine")), renamed(base, dict.fromkeys(theirs, "Theirs"))
    sides = {id_: "mine" if len(id_) % 2 else "theirs" for id_ in mine & theirs}
    if own == other:
        return
    made = trees.read(DIAGRAM, together(base, own, other, {f"{DIAGRAM}#{id_}": side for id_, side in sides.items()}))
    wanted = dict.fromkeys(theirs, "Theirs") | dict.fromkeys(mine - theirs, "Mine")
    wanted |= {id_: side.capitalize() for id_, side in sides.items()}
    assert list(made.units) == list(TREE.units)
    assert {id_: made.units[id_].get("name") for id_ in wanted} == wanted
    for id_ in TREE.units.keys() - wanted.keys():
        assert made.content(id_) == TREE.content(id_)
    assert {id_: made.place(id_) for id_ in made.drawn} == {id_: TREE.place(id_) for id_ in TREE.drawn}


@pytest.mark.parametrize("gone", TASKS[::6])
def test_what_one_took_away_goes_and_what_the_other_did_stays(gone: str) -> None:
    base, kept = FILES[DIAGRAM], next(id_ for id_ in TASKS if id_ != gone)
    for mine, theirs in (
        (without(base, gone), renamed(base, {kept: "Autrement"})),
        (renamed(base, {kept: "Autrement"}), without(base, gone)),
    ):
        made = trees.read(DIAGRAM, together(base, mine, theirs))
        assert gone not in made.units and gone not in made.drawn and gone not in made.lanes
        assert made.units[kept].get("name") == "Autrement"
        bare = without(base, gone)
        back = trees.read(DIAGRAM, together(bare, base, renamed(bare, {kept: "Autrement"})))
        assert back.content(gone) == TREE.content(gone) and back.place(gone) == TREE.place(gone)
        assert {each.text for each in back.units[gone].iter("{*}incoming", "{*}outgoing")} == {
            each.text for each in TREE.units[gone].iter("{*}incoming", "{*}outgoing")
        }
    assert read_diagram(together(base, base.replace(b"Suspendre", b"Arr\xc3\xaater"), base), name=DIAGRAM).processes


def test_both_changed_one_thing_and_somebody_has_to_say() -> None:
    base = FILES[DIAGRAM]
    mine, theirs = renamed(base, {TASKS[0]: "Ceci"}), renamed(base, {TASKS[0]: "Cela", TASKS[1]: "Ailleurs"})
    versions = Versions({DIAGRAM: base}, {DIAGRAM: mine}, {DIAGRAM: theirs})
    points = merging.points(versions, "fr")
    assert [(each.units, each.proposed) for each in points] == [((TASKS[0],), None), ((TASKS[1],), "theirs")]
    assert "Ceci" in points[0].mine[0] and "Cela" in points[0].theirs[0]
    with pytest.raises(merging.Undecided) as refused:
        merging.merged(versions, points, {})
    assert "Cela" in str(refused.value)
    assert merging.whole(versions, "mine") == {DIAGRAM: mine}


def test_rows_of_a_table_and_components_of_a_form_are_taken_one_by_one() -> None:
    base = FILES[TABLE]
    rows = re.findall(rb'<(?:\w+:)?rule id="([^"]+)".*?</(?:\w+:)?rule>', base, re.S)
    cells = [each[0] for each in re.finditer(rb"<(?:\w+:)?outputEntry.*?</(?:\w+:)?outputEntry>", base, re.S)]
    mine = base.replace(cells[0], re.sub(rb">\s*&quot;\w+&quot;|>\"\w+\"", b'>"CALL"', cells[0]), 1)
    theirs = base.replace(cells[-1], re.sub(rb">\s*&quot;\w+&quot;|>\"\w+\"", b'>"NOTHING"', cells[-1]), 1)
    assert mine != base != theirs
    made = trees.read(TABLE, together(base, mine, theirs, name=TABLE))
    own, other = trees.read(TABLE, mine), trees.read(TABLE, theirs)
    first, last = rows[0].decode(), rows[-1].decode()
    assert (made.content(first), made.content(last)) == (own.content(first), other.content(last))
    assert list(made.units) == list(own.units)
    form = json.loads(FILES[FORM])
    one, two = json.loads(FILES[FORM]), json.loads(FILES[FORM])
    one["components"][0]["label"] = "Ceci"
    two["components"].append({"type": "textfield", "id": "added", "key": "added", "label": "En plus"})
    written = [json.dumps(each).encode() for each in (form, one, two)]
    united = json.loads(together(*written, name=FORM))
    assert united["components"][0]["label"] == "Ceci" and united["components"][-1]["id"] == "added"
