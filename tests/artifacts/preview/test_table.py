from __future__ import annotations

from collections.abc import Callable

import pytest

from sessions_app.artifacts.preview.table import TablePreview, table_preview
from sessions_app.artifacts.store import BlobStore
from tests.artifacts.conftest import Keep


@pytest.fixture
def table(store: BlobStore, keep: Keep) -> Callable[[str], TablePreview]:
    return lambda text: table_preview(keep("orders.csv", text.encode()), store)


def texts(preview: TablePreview) -> list[list[str]]:
    return [[cell.text for cell in row] for row in [preview.head, *preview.rows]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_are_told_apart_by_whatever_parts_them(
    table: Callable[[str], TablePreview], delimiter: str
) -> None:
    rows = [["name", "total"], ["Ann", "1.50"], ["Ben", "22.00"]]
    shown = table("\n".join(delimiter.join(row) for row in rows))
    assert texts(shown) == rows
    assert shown.size == "2 rows · 2 columns"
    assert list(shown.notices) == []


def test_a_quoted_cell_may_hold_anything(table: Callable[[str], TablePreview]) -> None:
    assert texts(table('a,b\n"x, ""y""\nz",1\n')) == [["a", "b"], ['x, "y"\nz', "1"]]


def test_columns_of_numbers_are_known(table: Callable[[str], TablePreview]) -> None:
    shown = table('name,total,share,code\nAnn,"1,200.50",12 %,A1\nBen,-3,,7\n')
    assert [cell.is_number for cell in shown.head] == [False, True, True, False]


def test_the_first_200_rows_are_shown_and_all_are_counted(table: Callable[[str], TablePreview]) -> None:
    shown = table("a\n" + "1\n" * 412)
    assert len(shown.rows) == 200
    assert shown.size == "412 rows · 1 column"
    assert list(shown.notices) == ["These are the first 200 rows."]


def test_lines_that_cannot_be_read_are_named(table: Callable[[str], TablePreview]) -> None:
    shown = table('a,b\n1,2\n"x"y,3\n4,5\n')
    assert list(shown.notices) == ["Line 3 could not be read."]
    assert texts(shown)[1:] == [["1", "2"], ["4", "5"]]


def test_a_quote_that_never_closes_is_named_where_it_opens(table: Callable[[str], TablePreview]) -> None:
    shown = table('a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert list(shown.notices) == ["Line 3 could not be read."]
    assert texts(shown)[1:] == [["1", "2"]]


def test_rows_of_another_length_are_shown_and_named(table: Callable[[str], TablePreview]) -> None:
    shown = table("a,b\n1\n2,3,4\n5,6\n")
    assert texts(shown)[1:] == [["1", "", ""], ["2", "3", "4"], ["5", "6", ""]]
    assert list(shown.notices) == ["Lines 2 and 3 have more or fewer than 2 columns."]


def test_many_bad_lines_are_counted(table: Callable[[str], TablePreview]) -> None:
    shown = table("a,b\n" + "1\n" * 9)
    assert list(shown.notices) == ["Lines 2, 3, 4, 5, 6 and 4 more have more or fewer than 2 columns."]


def test_an_empty_table_has_no_rows(table: Callable[[str], TablePreview]) -> None:
    assert table("").size == "0 rows · 0 columns"
