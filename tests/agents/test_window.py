from __future__ import annotations

import pytest
from pydantic_ai.messages import ModelMessage, ModelRequest, ToolCallPart, ToolReturnPart

from sessions_app.agents.entries import Answered, Entry, Instructed, MessageRead, Returned
from sessions_app.agents.memory import Memory

from .conversation import called, spoken


def test_a_long_session_is_shown_in_at_most_200_messages() -> None:
    memory = Memory(nothing_to_load)
    longest = 0
    for entry in session(turns=600):
        memory.append(entry)
        longest = max(longest, len(memory.messages()))
    assert 150 < longest <= 202


def test_every_word_of_the_person_is_kept() -> None:
    shown = text_of(Memory(nothing_to_load, session(turns=600)).messages())
    for number in range(0, 600, 100):
        assert f"Instruction {number}." in shown
    assert "Message of turn 50." in shown
    assert "Answer of turn 70." in shown


def test_a_note_says_how_much_is_left_out() -> None:
    entries = session(turns=600)
    shown = Memory(nothing_to_load, entries).messages()
    everything = Memory(nothing_to_load, entries, most_messages=10_000).messages()
    left_out = len(everything) - len(shown) + 1
    assert f"{left_out} earlier messages" in text_of(shown[:1])
    assert "left out" not in text_of(everything)


@pytest.mark.parametrize(("most_messages", "most_bytes"), [(20, 400_000), (200, 2_000)])
def test_calls_and_their_results_are_never_parted(most_messages: int, most_bytes: int) -> None:
    memory = Memory(nothing_to_load, most_messages=most_messages, most_bytes=most_bytes)
    for entry in session(turns=300):
        memory.append(entry)
        made: set[str] = set()
        for message in memory.messages():
            returned = {part.tool_call_id for part in message.parts if isinstance(part, ToolReturnPart)}
            assert returned <= made
            made = {part.tool_call_id for part in message.parts if isinstance(part, ToolCallPart)}


def test_what_is_left_out_is_left_out_in_large_pieces() -> None:
    memory = Memory(nothing_to_load)
    beginnings = []
    for entry in session(turns=600):
        memory.append(entry)
        beginnings.append(text_of(memory.messages()[:2]))
    assert len(set(beginnings)) < len(beginnings) / 20


def test_shrinking_shows_half_and_ends_at_the_last_turn() -> None:
    memory = Memory(nothing_to_load, session(turns=100))
    before = len(text_of(memory.messages()))
    assert memory.shrink()
    assert len(text_of(memory.messages())) < before
    for _ in range(20):
        if not memory.shrink():
            break
    assert not memory.shrink()
    assert isinstance(memory.messages()[0], ModelRequest)


def test_one_enormous_result_is_still_shown() -> None:
    entries: list[Entry] = [Instructed("Go."), called("bash", "a"), Returned("a", "x" * 10_000)]
    shown = Memory(nothing_to_load, entries, most_bytes=1_000).messages()
    assert "x" * 10_000 in text_of(shown)
    assert "Go." in text_of(shown)


def session(*, turns: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(turns):
        call_id = f"c{number}"
        if number % 100 == 0:
            entries += [spoken("Done."), Instructed(f"Instruction {number}.")]
        if number % 100 == 70:
            entries += [called("ask_user", call_id), Answered(call_id, f"Answer of turn {number}.")]
            continue
        entries.append(called("bash", call_id))
        if number % 100 == 50:
            entries.append(MessageRead(f"Message of turn {number}."))
        entries.append(Returned(call_id, f"Result of turn {number}."))
    return entries


def text_of(messages: list[ModelMessage]) -> str:
    return "\n".join(str(getattr(part, "content", "")) for message in messages for part in message.parts)


def nothing_to_load(digest: str) -> bytes:
    raise AssertionError(f"{digest} is not needed.")
