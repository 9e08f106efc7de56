from __future__ import annotations

import pytest
from pytest_django import Settings

from sessions_app.models.sealing import SealBroken, seal, unseal


def test_what_was_sealed_is_read_again_and_cannot_be_read_in_the_database() -> None:
    sealed = seal("sk-very-secret")
    assert "secret" not in sealed
    assert unseal(sealed) == "sk-very-secret"


def test_the_same_text_is_never_sealed_alike() -> None:
    assert seal("sk-1") != seal("sk-1")


def test_a_key_that_was_replaced_still_opens_what_it_sealed(settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the old key", []
    sealed = seal("sk-1")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new key", ["the old key"]
    assert unseal(sealed) == "sk-1"


@pytest.mark.parametrize(
    "spoil", [lambda sealed: sealed[:-8] + "AAAAAAA=", lambda sealed: "", lambda sealed: "é"]
)
def test_what_was_sealed_elsewhere_or_changed_is_refused_in_words(spoil) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SealBroken, match="another key"):
        unseal(spoil(seal("sk-1")))


def test_another_key_opens_nothing(settings: Settings) -> None:
    sealed = seal("sk-1")
    settings.SECRET_KEY = "somebody else's key"
    with pytest.raises(SealBroken):
        unseal(sealed)
