from __future__ import annotations

import pytest

from sessions_app.artifacts.sizes import size_words


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (421_888, "412 KB"),
        (1024**2 - 1, "1.0 MB"),
        (512 * 1024**2, "512 MB"),
        (2_254_857_830, "2.1 GB"),
    ],
)
def test_a_size_is_said_as_people_say_it(size_bytes: int, words: str) -> None:
    assert size_words(size_bytes) == words
