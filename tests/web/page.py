"""What someone sees, asked by selector."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def texts(response: Any, selector: str) -> list[str]:
    """The words of everything that matches, white space made single."""
    return [" ".join(found.get_text(" ").split()) for found in soup(response).select(selector)]


def text(response: Any, selector: str) -> str:
    """The words of the only one that matches."""
    found = texts(response, selector)
    assert len(found) == 1, f"{selector} is there {len(found)} times"
    return found[0]
