from __future__ import annotations

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.usage import RequestUsage

from sessions_app.agents.entries import (
    Answered,
    Entry,
    Instructed,
    MessageRead,
    Responded,
    Returned,
    Summarised,
)
from sessions_app.agents.memory import Memory

from .conversation import called, spoken


def test_a_session_is_shown_whole_until_there_is_too_much_of_it() -> None:
    memory = Memory(nothing_to_load, session(turns=90))
    assert memory.too_much() is None
    assert 180 < len(memory.messages()) <= 200
    for entry in session(turns=20):
        memory.append(entry)
    assert memory.too_much() is not None


def test_what_is_folded_is_shown_by_its_summary_and_by_every_word_of_the_person() -> None:
    memory = Memory(nothing_to_load, session(turns=600))
    shown = shortened(memory, "The ship is called Halcyon.")
    assert 100 < len(shown) <= 200
    assert "The ship is called Halcyon." in text_of(shown[:1])
    for number in range(0, 500, 100):
        assert f"Instruction {number}." in text_of(shown[:1])
    assert "Message of turn 50." in text_of(shown[:1])
    assert "Answer of turn 70." in text_of(shown[:1])
    assert "Result of turn 30." not in text_of(shown)
    assert "Result of turn 599." in text_of(shown)


def test_a_note_says_how_much_is_left_out() -> None:
    entries = session(turns=600)
    memory = Memory(nothing_to_load, entries)
    everything = memory.messages()
    shown = shortened(memory, "")
    left_out = len(everything) - len(shown) + 1
    assert f"{left_out} earlier messages" in text_of(shown[:1])
    assert "left out" not in text_of(everything)


def test_what_could_not_be_summarised_is_so_with_the_next_summary() -> None:
    memory = Memory(nothing_to_load, session(turns=150))
    fold(memory, "The first summary.")
    for entry in session(turns=100):
        memory.append(entry)
    fold(memory, "")
    shown = text_of(memory.messages()[:1])
    assert "The first summary." in shown and "of them are not in it" in shown
    for entry in session(turns=100):
        memory.append(entry)
    kept = memory.too_much()
    assert kept
    last_summary, told = memory.beginning(kept)
    assert last_summary == "The first summary."
    assert len(told) > 200
    memory.append(Summarised(kept, "The second summary."))
    shown = text_of(memory.messages()[:1])
    assert "The second summary." in shown
    assert "The first summary." not in shown and "not in it" not in shown


@pytest.mark.parametrize(("most_messages", "most_tokens"), [(20, 100_000), (200, 600)])
def test_calls_and_their_results_are_never_parted(most_messages: int, most_tokens: int) -> None:
    memory = Memory(nothing_to_load, most_messages=most_messages, most_tokens=most_tokens)
    folds = 0
    for entry in session(turns=300):
        memory.append(entry)
        if not memory.pending() and (kept := memory.too_much()):
            memory.append(Summarised(kept, "A summary."))
            folds += 1
        made: set[str] = set()
        for message in memory.messages():
            returned = {part.tool_call_id for part in message.parts if isinstance(part, ToolReturnPart)}
            assert returned <= made
            made = {part.tool_call_id for part in message.parts if isinstance(part, ToolCallPart)}
    assert folds > 5


def test_what_is_shown_follows_from_the_entries_alone_folded_or_not() -> None:
    memory = Memory(nothing_to_load, most_messages=20)
    entries: list[Entry] = []
    for entry in session(turns=120):
        entries.append(entry)
        memory.append(entry)
        if not memory.pending() and (kept := memory.too_much()):
            entries.append(Summarised(kept, f"Summary of {len(entries)}."))
            memory.append(entries[-1])
        anew = Memory(nothing_to_load, entries, most_messages=20)
        assert text_of(memory.messages()) == text_of(anew.messages())
        assert len(memory.messages()) == len(anew.messages())


def test_going_back_before_a_summary_brings_back_what_it_folded() -> None:
    entries = [*session(turns=150), Summarised(20, "The summary."), Instructed("Go on."), spoken("I do.")]
    folded = text_of(Memory(nothing_to_load, entries).messages())
    assert "The summary." in folded and "Result of turn 30." not in folded
    back = text_of(Memory(nothing_to_load, entries[:-3]).messages())
    assert "The summary." not in back and "Result of turn 30." in back


def test_what_is_folded_goes_in_large_pieces() -> None:
    memory = Memory(nothing_to_load)
    beginnings = []
    for entry in session(turns=600):
        memory.append(entry)
        if not memory.pending():
            fold(memory, "A summary.")
        beginnings.append(text_of(memory.messages()[:2]))
    assert len(set(beginnings)) < len(beginnings) / 20


def test_half_of_it_can_be_folded_again_and_again_until_the_last_turn() -> None:
    memory = Memory(nothing_to_load, session(turns=100))
    sizes = [len(text_of(memory.messages()))]
    while kept := memory.half():
        memory.append(Summarised(kept))
        sizes.append(len(text_of(memory.messages())))
        assert len(sizes) < 20
    assert sizes[1] < sizes[0]
    assert "Result of turn 99." in text_of(memory.messages())


def test_one_enormous_result_is_still_shown() -> None:
    entries: list[Entry] = [Instructed("Go."), called("bash", "a"), Returned("a", "x" * 10_000)]
    memory = Memory(nothing_to_load, entries, most_tokens=1_000)
    shown = shortened(memory, "")
    assert memory.too_much() is None
    assert "x" * 10_000 in text_of(shown)
    assert "Go." in text_of(shown)


def test_the_tokens_that_a_server_counted_are_believed() -> None:
    entries: list[Entry] = [Instructed("Go.")]
    for number in range(4):
        entries += [called("bash", f"c{number}"), Returned(f"c{number}", "A short result.")]
    assert Memory(nothing_to_load, entries, most_tokens=8_000).too_much() is None
    usage = RequestUsage(input_tokens=9_000, output_tokens=10)
    entries.append(Responded(ModelResponse(parts=[TextPart("Done.")], usage=usage)))
    assert Memory(nothing_to_load, entries, most_tokens=8_000).too_much() is not None


def test_where_the_words_of_the_person_alone_are_too_many_the_first_and_the_newest_stay() -> None:
    entries: list[Entry] = []
    for number in range(60):
        entries += [Instructed(f"Instruction {number}. {'More words. ' * 20}"), spoken("Done.")]
    memory = Memory(nothing_to_load, entries, most_tokens=2_000)
    shown = text_of(shortened(memory, "All is done.")[:1])
    assert len(shown) < 3_000
    assert "Instruction 0." in shown and "Instruction 1." not in shown
    assert "messages of the person that came here are left out" in shown


def fold(memory: Memory, summary: str) -> None:
    """Once, if there is too much."""
    if (kept := memory.too_much()) is not None:
        memory.append(Summarised(kept, summary))


def shortened(memory: Memory, summary: str) -> list[ModelMessage]:
    fold(memory, summary)
    return memory.messages()


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
