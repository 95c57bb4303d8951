"""A draft outlives a new version of its form: what changed is said, and nothing typed is lost."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any
from uuid import UUID

from engine import commands
from engine.definitions import latest
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, READING, REVIEW, SENDING, start_review
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of
from tests.webapp.test_inbox import open_task


def form_of_next_version() -> dict[str, Any]:
    """No pages any more, but a remark; “Oui” is not offered, “Peut-être” is; the first question is reworded."""
    form: Any = deepcopy(READING)
    form["components"][0] |= {
        "label": "Le dossier suffit-il ?",
        "values": [{"label": "Non", "value": "NO"}, {"label": "Peut-être", "value": "MAYBE"}],
    }
    form["components"][1] = {"type": "number", "id": "reading_places", "key": "places", "label": "Nombre de lieux"}
    return dict(form)


ENGLISH = {
    "reading_verdict": {
        "label": {"en": "Is the file complete?"}, "values.YES": {"en": "Yes"}, "values.NO": {"en": "No"},
    },
    "reading_pages": {"label": {"en": "Number of pages"}},
}  # fmt: skip


def move_to_next_version(engine: Engine, case: UUID, form: Any = None) -> None:
    resources = {
        "review/review.bpmn": REVIEW.encode(),
        "review/reading.form": json.dumps(form or form_of_next_version()).encode(),
        "review/sending.form": json.dumps(SENDING).encode(),
    }
    if form:
        resources["review/reading.translations.json"] = json.dumps(ENGLISH).encode()
    with transaction(engine) as session:
        commands.deploy(session, engine, resources, by=DEPLOYER)
        commands.migrate(session, engine, case, latest(session, engine, "review").id, by=DEPLOYER)


def test_what_changed_is_said_and_nothing_typed_is_lost(client: LookedAtPages, web_engine: Engine, review: str) -> None:
    case = start_review(web_engine)
    task = open_task(web_engine, case).id
    desk = browser_of(client, web_engine, "MEMBERSHIP")

    def text() -> str:
        return desk.get(f"/tasks/{task}").get_data(as_text=True).replace("\u00a0", " ")

    assert desk.post_form(f"/tasks/{task}/draft", {"verdict": "YES", "pages": "12"}).status_code == 303
    assert "data-form-changed" not in text()
    move_to_next_version(web_engine, case)
    for typed in (None, {"verdict": "MAYBE", "places": "7"}):
        if typed is not None:  # what is not asked any more outlives the next save too
            assert desk.post_form(f"/tasks/{task}/draft", typed).status_code == 303
        page = text()
        assert "data-form-changed" in page
        assert "Nombre de pages" in page
        assert ">12</dd>" in page
        first = (
            "« Le dossier est-il complet ? » est devenu « Le dossier suffit-il ? »",
            "votre réponse « Oui » n’est plus proposée",
            "propose aussi : Peut-être",
            "« Nombre de lieux » est une question nouvelle",
        )
        assert [words in page for words in first] == [typed is None] * 4
    with reading(web_engine) as session:
        assert latest(session, web_engine, "review").id == open_task(web_engine, case).definition_id


def test_a_form_that_is_read_in_the_other_language_has_not_changed(
    client: LookedAtPages, web_engine: Engine, review: str
) -> None:
    case, desk = start_review(web_engine), browser_of(client, web_engine, "MEMBERSHIP")
    move_to_next_version(web_engine, case, READING)
    task = f"/tasks/{open_task(web_engine, case).id}"
    assert desk.post_form(f"{task}/draft", {"verdict": "YES", "pages": "12"}).status_code == 303
    desk.post_form("/language", {"language": "en"})
    page = desk.get(task).get_data(as_text=True)
    assert "Is the file complete?" in page
    assert "data-form-changed" not in page
    reworded = deepcopy(READING)
    reworded["components"][1]["label"] = "Combien de pages"  # type: ignore[index]
    move_to_next_version(web_engine, case, reworded)
    page = desk.get(task).get_data(as_text=True)
    assert "“Nombre de pages” is now “Number of pages”" in page
    assert page.count("is now") == 1
