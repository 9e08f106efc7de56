from __future__ import annotations

from sessions_app.agents.tools.clipping import clip, clip_end, readable
from sessions_app.agents.tools.output import KeptOutput


def test_a_short_output_is_kept_whole() -> None:
    output = KeptOutput()
    output.add(b"one\n", offset=0)
    output.add(b"two\n", offset=4)
    assert (output.kept(), output.text(100), output.total_bytes) == (b"one\ntwo\n", "one\ntwo\n", 8)


def test_a_gap_is_counted_and_said() -> None:
    output = KeptOutput()
    output.add(b"a" * 65_536, offset=0)
    output.add(b"end", offset=100_000)
    assert output.total_bytes == 100_003
    assert b"34,464 bytes are left out here" in output.kept()
    assert output.text(300).endswith("\nend") or output.text(300).endswith("end")


def test_the_ending_reaches_back_into_the_beginning_when_there_is_little() -> None:
    output = KeptOutput()
    output.add(b"abc", offset=0)
    assert output.ending(2) == b"bc"


def test_text_is_cut_in_its_middle_or_at_its_end_to_a_size_in_bytes() -> None:
    text = "ä" * 10_000
    assert clip("short") == "short"
    assert len(clip(text, 1_000).encode()) <= 1_010
    assert len(clip_end(text, 1_000).encode()) <= 1_000
    assert clip_end("short", 1_000) == "short"


def test_bytes_that_are_no_text_become_text() -> None:
    assert readable(b"a\x00\xffb") == "a\ufffd\ufffdb"
