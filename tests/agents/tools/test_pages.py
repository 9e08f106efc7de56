from __future__ import annotations

import pytest

from sessions_app.agents.tools.act_on_page import ActOnPage
from tests.agents.notebook import Notebook, Opened

from .conftest import Caller

PAGE = """<!doctype html><title>Boats</title><h1>Boats for hire</h1>
<label>Name <input></label>
<button onclick="document.querySelector('p').textContent = 'Hired'">Hire</button><p></p>"""
SERVE = "python3 -m http.server 8000 >server.log 2>&1 & sleep 1"
URL = "http://localhost:8000/"


@pytest.mark.sandbox
@pytest.mark.browser
async def test_a_page_is_opened_acted_on_and_read(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="index.html", text=PAGE)
    await call("bash", command=SERVE)
    notebook.events.clear()

    opened = await call("open_page", url=URL)
    assert "Boats for hire" in opened.text
    assert opened.image is not None
    shown = notebook.events[1].payload
    assert (shown["url"], shown["title"], shown["width"]) == (URL, "Boats", 1280)
    assert notebook.blobs[str(shown["screenshot"])] == opened.image.data
    assert opened.image.data.startswith(b"\xff\xd8")

    acted = await call("act_on_page", action="click", name="Hire")
    assert "Hired" in acted.text
    assert notebook.events[2].payload["action"] == "clicked “Hire”"

    read = await call("read_page")
    assert "button" in read.text
    assert notebook.kinds == ["page_opened", "page_shown", "page_acted", "page_shown", "page_read"]


@pytest.mark.sandbox
@pytest.mark.browser
async def test_an_aim_that_is_not_there_is_said_in_its_step(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="index.html", text=PAGE)
    await call("bash", command=SERVE)
    await call("open_page", url=URL)
    result = await call("act_on_page", action="click", name="Sell")
    assert result.failed
    assert (notebook.kinds[-1], notebook.events[-1].follows) == ("step_failed", True)


@pytest.mark.sandbox
async def test_an_act_that_was_interrupted_is_not_done_again(call: Caller, notebook: Notebook) -> None:
    notebook.opened.append(Opened("c1", "page_acted", {"boot": "this or another"}))
    result = await call("act_on_page", call_id="c1", action="click", name="Pay")
    assert result.failed
    assert "It was not done again." in result.text
    assert notebook.kinds == ["step_failed"]


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "FILE:///etc/passwd", "javascript:alert(1)", "chrome://settings", "about:blank"],
)
async def test_only_web_addresses_are_opened(call: Caller, notebook: Notebook, url: str) -> None:
    result = await call("open_page", url=url)
    assert result.failed
    assert "Only http and https addresses can be opened" in result.text
    assert notebook.kinds == ["tool_failed"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"action": "click", "name": "Yearly"}, "clicked “Yearly”"),
        ({"action": "click", "x": 4, "y": 5}, "clicked the page at 4, 5"),
        ({"action": "type", "text": "Ann\nLee", "name": "Name"}, "typed “Ann Lee” into “Name”"),
        ({"action": "type", "text": "a" * 90, "submit": True}, f"typed “{'a' * 80}…” and pressed Enter"),
        ({"action": "press", "key": "Control+A"}, "pressed Control+A"),
        ({"action": "scroll", "dy": -200}, "scrolled up"),
        ({"action": "select", "name": "Plan", "value": "Yearly"}, "chose “Yearly” in “Plan”"),
    ],
)
def test_an_act_is_put_in_words(arguments: dict[str, object], words: str) -> None:
    assert ActOnPage.model_validate(arguments).in_words() == words


@pytest.mark.parametrize("action", ["click", "type", "press", "scroll", "select"])
def test_an_act_without_an_aim_is_refused(action: str) -> None:
    with pytest.raises(ValueError, match=f"{action} needs"):
        ActOnPage.model_validate({"action": action})


ASKING = """<!doctype html><title>Asking</title><label>Picture <input type=file id=plain></label>
<input type=file id=unseen hidden><button onclick="unseen.click()">Attach</button>
<button onclick="said.textContent = confirm('Delete it?')">Delete</button>
<button onclick="said.textContent = prompt('Your name?')">Name</button><p id=said></p><script>
for (const field of [plain, unseen]) field.onchange = async () =>
  said.textContent = `${field.id} ${field.files[0].name} ${await field.files[0].text()}`</script>"""


@pytest.mark.sandbox
@pytest.mark.browser
async def test_a_file_is_uploaded_and_dialogs_are_answered(call: Caller, notebook: Notebook) -> None:
    await call("write_file", path="index.html", text=ASKING)
    await call("write_file", path="made/report.txt", text="twelve boats")
    await call("bash", command=SERVE)
    await call("open_page", url=URL)
    for name, field in (("Picture", "plain"), ("Attach", "unseen")):
        acted = await call("act_on_page", action="upload", name=name, path="made/report.txt")
        assert f"{field} report.txt twelve boats" in acted.text
    missing = await call("act_on_page", action="upload", name="Picture", path="none.txt")
    assert "There is no file none.txt" in missing.text
    asked = await call("act_on_page", action="click", name="Attach")
    assert "The page asks for a file." in asked.text
    refused = await call("act_on_page", action="click", name="Delete")
    assert "false" in refused.text
    assert "was dismissed: Delete it?" in refused.text
    accepted = await call("act_on_page", action="click", name="Delete", accept_dialog=True)
    assert "true" in accepted.text
    named = await call("act_on_page", action="click", name="Name", accept_dialog=True, dialog_text="Ada")
    assert "Ada" in named.text
