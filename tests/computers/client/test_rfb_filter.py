"""A viewer of a desktop may look; only who has control acts. However the bytes are cut into pieces."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.computers.client.rfb_filter import GREETING_BYTES, Filter, NotRfb

GREETING = b"RFB 003.008\n\x01\x01"
FORMAT = b"\x00" + bytes(19)
ENCODINGS = struct.pack(">BxHii", 2, 2, 0, -239)
UPDATE = struct.pack(">BBHHHH", 3, 1, 0, 0, 640, 480)
FENCE = struct.pack(">BxxxIB", 248, 0, 3) + b"abc"
LOOKING = [FORMAT, ENCODINGS, UPDATE, FENCE]
KEY = struct.pack(">BBxxI", 4, 1, ord("a"))
CLICK = struct.pack(">BBHH", 5, 1, 40, 12)
CLIPBOARD = struct.pack(">BxxxI", 6, 4) + b"text"
EXTENDED = struct.pack(">Bxxxi", 6, -4) + b"\x08\x00\x00\x01"
RESIZE = struct.pack(">BxHHBx", 251, 640, 480, 1) + bytes(16)
QEMU_KEY = struct.pack(">BBHII", 255, 0, 1, ord("b"), 48)
ACTING = [KEY, CLICK, CLIPBOARD, EXTENDED, RESIZE, QEMU_KEY]

MESSAGES = st.lists(st.sampled_from(LOOKING + ACTING), max_size=12)


@given(messages=MESSAGES, cuts=st.lists(st.integers(0, 300), max_size=6))
def test_whoever_only_watches_sends_nothing_that_acts(messages: list[bytes], cuts: list[int]) -> None:
    sent, seen = GREETING + b"".join(messages), Filter()
    passed = b"".join(seen.feed(piece, may_act=False) for piece in pieces(sent, cuts))
    assert passed == GREETING + b"".join(one for one in messages if one in LOOKING)
    assert seen.acts == []


@given(messages=MESSAGES, cuts=st.lists(st.integers(0, 300), max_size=6))
def test_who_has_control_acts_and_resizes_nothing(messages: list[bytes], cuts: list[int]) -> None:
    sent, seen = GREETING + b"".join(messages), Filter()
    passed = b"".join(seen.feed(piece, may_act=True) for piece in pieces(sent, cuts))
    assert passed == GREETING + b"".join(one for one in messages if one != RESIZE)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    marks = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in pairwise(marks)]


def test_what_was_done_is_told_in_words_and_what_was_typed_is_not() -> None:
    seen = Filter()
    enter = struct.pack(">BBxxI", 4, 1, 0xFF0D)
    released = struct.pack(">BBHH", 5, 0, 40, 12)
    wheel = struct.pack(">BBHH", 5, 8, 40, 12)
    seen.feed(GREETING + CLICK + CLICK + released + wheel + KEY + enter + QEMU_KEY, may_act=True)
    assert seen.acts == ["clicked at 40, 12", "scrolled", "typed", "pressed Enter", "typed"]


def test_it_is_known_beforehand_whether_a_message_acts() -> None:
    seen = Filter()
    assert not seen.acts_next(CLICK)  # a greeting comes first
    seen.feed(GREETING, may_act=False)
    assert seen.acts_next(CLICK)
    assert not seen.acts_next(UPDATE)
    seen.feed(CLICK[:3], may_act=False)
    assert not seen.acts_next(CLICK[3:])


@pytest.mark.parametrize("sent", [b"\x07", b"GET / HTTP/1.1", struct.pack(">BxxxI", 6, 2**31 - 1)])
def test_what_is_no_rfb_is_refused(sent: bytes) -> None:
    seen = Filter()
    seen.feed(bytes(GREETING_BYTES), may_act=True)
    with pytest.raises(NotRfb):
        seen.feed(sent, may_act=True)
