from __future__ import annotations

import pytest

from sessions_app.agents.ports import ArtifactRefused
from sessions_app.artifacts.names import check_name, shown, workspace_path


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("report.md", "report.md"),
        ("./site/", "site"),
        ("/workspace/site/dist", "site/dist"),
        ("a/../b.txt", "b.txt"),
        ("/workspace", "."),
        ("", "."),
        ("Übersicht 🎉.md", "Übersicht 🎉.md"),
    ],
)
def test_a_path_is_told_from_the_workspace(path: str, place: str) -> None:
    assert workspace_path(path) == place


@pytest.mark.parametrize(
    "path", ["../../x", "/etc/passwd", "..", "a/../../x", "/workspace/../etc/passwd", "/workspacex"]
)
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    with pytest.raises(ArtifactRefused, match="outside the workspace"):
        workspace_path(path)


@pytest.mark.parametrize(
    "path", ["a\nb", "a\x1b[31m", "invoice\u202efdp.exe", "zero\u200bwidth", "half\udcff", "a\\b"]
)
def test_a_name_that_misleads_is_refused(path: str) -> None:
    with pytest.raises(ArtifactRefused, match="do not show"):
        check_name(path)
    with pytest.raises(ArtifactRefused, match="do not show"):
        workspace_path(path)


@pytest.mark.parametrize("path", ["a/../b", "/a", "a//b", "", ".."])
def test_a_listing_that_leads_out_of_its_folder_is_refused(path: str) -> None:
    with pytest.raises(ArtifactRefused, match="no path inside"):
        check_name(path)


def test_a_path_longer_than_a_row_holds_is_refused() -> None:
    with pytest.raises(ArtifactRefused, match="longer than 400"):
        workspace_path("a/" * 200 + "x")


def test_a_refusal_shows_a_name_that_cannot_do_harm() -> None:
    assert shown("a\u202eb\nc") == "a\ufffdb\ufffdc"
    assert len(shown("x" * 1000)) == 80
