"""The controls around a transcript, as a person with a mouse or a keyboard meets them."""

from __future__ import annotations

import json

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session as Login
from playwright.async_api import Page, expect

from sessions_app.models import Membership, Question, Role, Session, Task, User, question
from tests.browser.transcript.driving import until
from tests.conftest import CHOICES
from tests.live.in_thread import ServedHere
from tests.live.transcripts import STEPS, write_step
from tests.test_lists_agree import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # WhiteNoise hands its files to ASGI as plain iterators, which Django reads in a thread.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]


def ask(session: Session) -> None:
    task = Task.objects.get(session=session)
    with session.writing() as held:
        question.ask(held, task, "Drop it?", kind="choose_one", choices=CHOICES, call_id="q")
        task.move("wait")


async def test_a_question_is_answered_with_the_keyboard_alone(page: Page, session: Session) -> None:
    await sync_to_async(ask)(session)
    await expect(page.locator("#composer .q")).to_have_text("Drop it?")
    await page.keyboard.press("1")
    await expect(page.get_by_role("radio", name="Back up, then drop")).to_be_checked()
    await page.keyboard.press("m")
    await page.keyboard.type("Today, please.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("[data-k=asked]")).to_contain_text("Bob answered: Back up, then drop")
    await expect(page.locator("#session-badge")).to_have_text("Queued")
    await expect(page.locator("#message")).to_have_value("")
    answered = await Question.objects.aget(session=session)
    assert answered.answer == "Back up, then drop\n\nToday, please."


async def test_an_answer_that_came_too_late_keeps_its_words(
    page: Page, session: Session, alice: User
) -> None:
    await sync_to_async(ask)(session)
    await page.locator("#composer .q").wait_for()
    await page.locator("#message").fill("Copy it first.")
    await page.evaluate("htmx.config.ws = {}; document.getElementById('session-socket').remove()")
    asked = await Question.objects.select_related("session", "task").aget(session=session)
    await sync_to_async(asked.give_answer)([1], "", by=alice)
    await page.locator("#message").press("Control+Enter")
    await expect(page.locator("#composer-error")).to_have_text(
        "Alice answered before you. Your text is still here."
    )
    await expect(page.locator("#message")).to_have_value("Copy it first.")


async def test_stop_asks_first_and_escape_means_no(page: Page, session: Session) -> None:
    await page.locator("[data-dialog=stop-dialog]:visible").click()
    dialog = page.locator("#stop-dialog")
    await expect(page.get_by_role("button", name="Keep running")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert (await Task.objects.aget(session=session)).stop_asked_at is None
    await page.locator("[data-dialog=stop-dialog]:visible").click()
    await page.get_by_role("button", name="Stop session").click()
    await expect(page.locator("button:visible", has_text="Stopping")).to_be_disabled()
    await expect(dialog).to_be_hidden()
    assert (await Task.objects.aget(session=session)).stop_asked_at


async def test_a_title_is_changed_in_place(page: Page, session: Session) -> None:
    if not await page.locator("#rename-open").is_visible():
        return  # on a phone it is changed under Details
    await page.locator("#rename-open").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("h1")).to_have_text(session.title)
    await page.locator("#rename-open").click()
    await page.keyboard.type("Prices")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Prices")
    await expect(page.locator("#rename")).to_be_hidden()


async def test_who_is_signed_out_keeps_what_was_written(page: Page, session: Session) -> None:
    await page.locator("#message").fill("Half a thought")
    await Login.objects.all().adelete()
    await page.locator("#message").press("Control+Enter")
    await expect(page.locator("#signed-out")).to_contain_text("You were signed out.")
    await expect(page.locator("#message")).to_have_value("Half a thought")


async def test_an_update_that_cannot_be_put_in_reloads_the_page(page: Page, session: Session) -> None:
    await page.evaluate("() => { window.same = true; htmx.swap = () => { throw new Error('broken') } }")
    await sync_to_async(write_step)(session, "said")
    await expect(page.locator("#steps [data-k=said]")).to_be_visible()
    assert await page.evaluate("window.same === undefined")


async def test_the_dashboard_moves_a_session_to_its_new_group(
    page: Page, session: Session, here: tuple[str, ServedHere]
) -> None:
    await page.goto(f"{here[0]}/sessions/")
    row = page.locator(f"#row-{session.pk}")
    await expect(row.locator("xpath=ancestor::section")).to_contain_text("Running and queued")
    await page.mouse.move(0, 0)
    await sync_to_async(ask)(session)
    await expect(page.locator(f"#card-{session.pk} .clip")).to_have_text("Drop it?")
    await expect(row).to_have_count(0)
    await until(page, "document.title.startsWith('(1) ')")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
async def test_every_kind_of_step_is_accessible(
    page: Page, session: Session, bob: User, theme: str, role: Role
) -> None:
    await Membership.objects.filter(user=bob).aupdate(role=role)
    for kind in STEPS:
        await sync_to_async(write_step)(session, kind)
    await sync_to_async(ask)(session)
    await page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    await page.reload()
    await page.evaluate("document.querySelectorAll('#steps details').forEach(step => { step.open = true })")
    await page.evaluate((ROOT / "tests/vendor/axe.min.js").read_text())
    found = await page.evaluate("axe.run().then(run => JSON.stringify(run.violations))")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in json.loads(found)] == []
