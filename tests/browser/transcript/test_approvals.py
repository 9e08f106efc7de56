"""An approval, as a person with a keyboard meets it: only its own buttons decide."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import Page, expect

from sessions_app.models import Question, Session, Task
from tests.models.test_approval import asked

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]


def ask(session: Session) -> None:
    session.latest_task = Task.objects.get(session=session)
    asked(session)


async def test_no_key_decides_and_a_button_does(page: Page, session: Session) -> None:
    await sync_to_async(ask)(session)
    await expect(page.locator("#approval-text")).to_have_text("May it push to origin with Git?")
    await expect(page.get_by_role("button", name="Allow for this agent")).to_be_hidden()  # bob is no admin
    for key in ("1", "Enter", "m"):
        await page.keyboard.press(key)
    await page.keyboard.type("I approve.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("[data-k=message_sent]")).to_contain_text("I approve.")
    assert (await Question.objects.aget(session=session)).is_open
    await page.locator(".refusing > summary").press("Enter")
    await page.locator("#refusal-reason").fill("Not on a Friday.")
    await page.locator("#refusal-reason").press("Enter")
    assert (await Question.objects.aget(session=session)).is_open
    await page.get_by_role("button", name="Refuse it").press("Enter")
    await expect(page.locator("[data-k=approval]")).to_contain_text("Bob refused it. Not on a Friday.")
    await expect(page.locator("#approval")).to_be_empty()
    await expect(page.locator("#session-badge")).to_have_text("Queued")
