"""Several people before the same questions, each with a page of their own that nobody reloads."""

from __future__ import annotations

from typing import Literal

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import Page, expect

from sessions_app.models import LanguageModel, Question, Session, Task, User, question
from sessions_app.models.answer_link import token_for
from tests.browser.test_pages import violations
from tests.browser.transcript.driving import until
from tests.conftest import CHOICES
from tests.live.in_thread import ServedHere

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    # WhiteNoise hands its files to ASGI as plain iterators, which Django reads in a thread.
    pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators"),
]
KEPT = "document.querySelector('.asks textarea')?.value === 'Copy it first.'"


def ask(session: Session, *texts: str) -> None:
    task = Task.objects.get(session=session)
    with session.writing() as held:
        for text in texts:
            question.ask(held, task, text, kind="choose_one", choices=CHOICES, call_id=text)
        task.move("wait")


async def answer(session: Session, text: str, *, by: User) -> None:
    asked = await Question.objects.select_related("session", "task").aget(session=session, text=text)
    await sync_to_async(asked.give_answer)([1], "", by=by)


async def test_who_is_slower_sees_the_answer_and_the_next_question_with_nothing_chosen(
    page: Page, session: Session, alice: User
) -> None:
    await sync_to_async(ask)(session, "Drop the table?", "Tell the others?")
    panel = page.locator("#composer-face")
    await expect(panel).to_contain_text("1 of 2")
    await page.get_by_role("radio", name="Back up, then drop").check()
    await page.locator("#message").fill("Copy it first.")
    await expect(page.locator(".answered-note")).to_have_count(0)
    await answer(session, "Drop the table?", by=alice)
    await expect(panel.locator(".q")).to_have_text("Tell the others?")
    note = page.locator(".answered-note")
    await expect(note).to_have_text("Alice answered: Drop it Your text is still here.")
    await expect(note).to_be_visible()
    await expect(page.locator("#message")).to_have_value("Copy it first.")
    await expect(page.locator(".opt :checked")).to_have_count(0)
    await page.locator("#message").fill("")
    await expect(note).to_be_hidden()


@pytest.mark.parametrize("kind", ["choose_one", "secret", "file"])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_answer_at_the_session_and_by_link(
    page: Page,
    session: Session,
    bob: User,
    here: tuple[str, ServedHere],
    kind: str,
    theme: Literal["light", "dark"],
) -> None:
    def ask_for() -> str:
        task = Task.objects.get(session=session)
        choices = CHOICES if kind == "choose_one" else ()
        with session.writing() as held:
            asked = question.ask(
                held,
                task,
                "Which?",
                kind=kind,
                choices=choices,
                call_id="c",
                deadline_minutes=30,
                default="Drop it",
                secret_name="TOKEN",
            )
            task.move("wait")
        return token_for(asked, bob)

    token = await sync_to_async(ask_for)()
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    own = f"/s/{session.pk}/"
    link = f"{own}questions/{(await session.questions.aget()).pk}/link/"
    for address in (own, link, f"/answer/{token}/"):
        await page.goto(here[0] + address)
        assert (address, await violations(page)) == (address, [])
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert (address, await page.evaluate(sideways)) == (address, 0)


async def test_a_secret_under_way_survives_what_is_pushed_and_goes_with_its_question(
    page: Page, session: Session, alice: User
) -> None:
    def ask_for(*names: str) -> None:
        task = Task.objects.get(session=session)
        with session.writing() as held:
            for name in names:
                question.ask(held, task, f"{name}?", kind="secret", call_id=name, secret_name=name)

    await sync_to_async(ask_for)("FIRST", "SECOND")
    field = page.locator("[name=secret]")
    await field.fill("ghp_0123456789")
    await page.get_by_role("button", name="Show").click()
    await expect(field).to_have_attribute("type", "text")
    await sync_to_async(ask_for)("THIRD")
    await expect(page.locator("#composer-face")).to_contain_text("1 of 3")
    await expect(field).to_have_value("ghp_0123456789")
    first = await Question.objects.select_related("session", "task").aget(session=session, text="FIRST?")
    await sync_to_async(first.give_answer)([], "I have none.", by=alice)
    await expect(page.locator("#composer .q")).to_have_text("SECOND?")
    await expect(field).to_have_value("")
    await expect(field).to_have_attribute("type", "password")


async def test_enter_gives_the_secret_whatever_else_the_form_could_do(page: Page, session: Session) -> None:
    def ask_for() -> None:
        LanguageModel.objects.create(name="demo-2", label="Demo 2", provider="built-in")
        task = Task.objects.get(session=session)
        with session.writing() as held:
            question.ask(held, task, "A token?", kind="secret", call_id="c", secret_name="TOKEN")

    await sync_to_async(ask_for)()
    await page.locator("details.choose > summary").click()
    await expect(page.get_by_role("button", name="Use from the next step")).to_be_visible()
    await page.locator("[name=secret]").fill("ghp_0123456789")
    await page.locator("[name=secret]").press("Enter")
    await expect(page.locator("[data-k=asked]")).to_contain_text("Bob answered: $TOKEN, stored encrypted.")
    await page.locator("#message").fill("Go on.")
    await page.locator("#message").press("Control+Enter")
    await expect(page.locator("[data-k=message_sent]")).to_contain_text("Go on.")


async def test_a_card_that_somebody_else_answered_keeps_what_was_written(
    page: Page, session: Session, alice: User, here: tuple[str, ServedHere]
) -> None:
    await sync_to_async(ask)(session, "Drop the table?")
    await page.goto(f"{here[0]}/sessions/")
    await until(
        page, "document.querySelector('#space-socket')?._htmx?.ws?.connection?.socket?.readyState === 1"
    )
    card = page.locator(".ask")
    await card.get_by_role("textbox").fill("Copy it first.")
    await answer(session, "Drop the table?", by=alice)
    await expect(card).to_contain_text("Alice answered: Drop it What you wrote is still here.")
    await card.get_by_role("textbox").press("Control+Enter")
    await expect(card.get_by_role("alert")).to_have_text(
        "Alice answered before you. Your text is still here."
    )
    await page.locator("h1").hover()
    await page.locator("main").focus()
    await page.wait_for_timeout(2500)  # longer than the list waits before it is fetched anew
    assert await page.evaluate(KEPT)
    await card.get_by_role("textbox").fill("")
    await page.locator("main").focus()
    await expect(card).to_have_count(0)
