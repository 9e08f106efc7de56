"""Comma- or tab-separated values as a table, as far as they can be read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.kinds import as_text
from sessions_app.artifacts.store import Content

SHOWN_ROWS = 200
SHOWN_COLUMNS = 60
SHOWN_CELL_LENGTH = 500
READ_BYTES = 16 * 1024 * 1024
NAMED_LINES = 5
_NUMBER = re.compile(r"[-+−]?[€$£¥]?\s?\d[\d\s.,'’]*(e[-+]?\d+)?\s?[%€]?", re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool


@dataclass(frozen=True)
class TablePreview:
    """The first 200 rows below the head. `size` counts all of them; `notices` say what could not be shown."""

    shape: ClassVar[str] = "table"
    head: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    size: str
    notices: Sequence[str]


@dataclass
class _Reading:
    head: list[str]
    rows: list[list[str]]  # those that are shown
    count: int
    unread: list[int]  # lines that are no CSV
    uneven: list[int]  # lines with more or fewer cells than the head


def table_preview(file: KeptFile, store: Content) -> TablePreview:
    text = as_text(store.read(file.sha256, limit_bytes=READ_BYTES))
    if file.size_bytes > READ_BYTES:
        text = text[: text.rfind("\n") + 1]
    read = _read(text)
    width = min(max(map(len, [read.head, *read.rows])), SHOWN_COLUMNS)
    numbers = [_is_numbers([row[place] for row in read.rows if place < len(row)]) for place in range(width)]
    return TablePreview(
        head=_cells(read.head, numbers),
        rows=[_cells(row, numbers) for row in read.rows],
        size=f"{_counted(read.count, 'row')} · {_counted(len(read.head), 'column')}",
        notices=[*_notices(read, whole=file.size_bytes <= READ_BYTES)],
    )


def _read(text: str) -> _Reading:
    # Strict: a quote that is never closed is said, where it would swallow the rest in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    reading = _Reading([], [], 0, [], [])
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return reading
        except csv.Error:
            reading.unread.append(line)
            continue
        if not row:
            continue
        if not reading.head:
            reading.head = row
            continue
        reading.count += 1
        if len(row) != len(reading.head):
            reading.uneven.append(line)
        if len(reading.rows) < SHOWN_ROWS:
            reading.rows.append(row)


def _delimiter(text: str) -> str:
    """The one that cuts the first lines into the most columns of which each line has the same number."""
    lines = [line for line in text[:20_000].split("\n")[:20] if line.strip()]

    def fitness(delimiter: str) -> tuple[float, int]:
        counts = [line.count(delimiter) for line in lines] or [0]
        return (counts.count(counts[0]) / len(counts) if counts[0] else 0, counts[0])

    return max(",;\t|", key=fitness)


def _is_numbers(texts: Sequence[str]) -> bool:
    filled = [text for text in texts if text.strip()]
    return bool(filled) and all(len(text) < 60 and _NUMBER.fullmatch(text.strip()) for text in filled)


def _cells(row: list[str], numbers: list[bool]) -> list[Cell]:
    texts = [*row, *[""] * len(numbers)][: len(numbers)]
    return [Cell(_short(text), number) for text, number in zip(texts, numbers, strict=True)]


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CELL_LENGTH else text[:SHOWN_CELL_LENGTH] + "…"


def _notices(read: _Reading, *, whole: bool) -> Iterator[str]:
    if not whole:
        yield "Only the first 16 MB were read. Download it to see the rest."
    if read.unread:
        yield f"{_lines(read.unread)} could not be read."
    if read.uneven:
        verb = "has" if len(read.uneven) == 1 else "have"
        yield f"{_lines(read.uneven)} {verb} more or fewer than {_counted(len(read.head), 'column')}."
    if read.count > SHOWN_ROWS:
        yield f"These are the first {SHOWN_ROWS} rows."
    if len(read.head) > SHOWN_COLUMNS:
        yield f"These are the first {SHOWN_COLUMNS} columns."


def _lines(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"Line {numbers[0]:,}"
    named = [f"{number:,}" for number in numbers[:NAMED_LINES]]
    more = len(numbers) - len(named)
    last = f"{more:,} more" if more else named.pop()
    return f"Lines {', '.join(named)} and {last}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
