from __future__ import annotations


def size_words(size_bytes: int) -> str:
    """A size as a person says it: "412 KB", "2.1 GB". Steps of 1,024."""
    if size_bytes < 1024:
        return f"{size_bytes} byte" if size_bytes == 1 else f"{size_bytes} bytes"
    amount = float(size_bytes)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1024
        if amount < 1023.5 or unit == "TB":
            break
    return f"{amount:.1f} {unit}" if amount < 9.95 and unit != "KB" else f"{amount:.0f} {unit}"
