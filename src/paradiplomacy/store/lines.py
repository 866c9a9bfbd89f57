"""Sorted text, changed line by line without taking it apart."""

from __future__ import annotations

from collections.abc import Set


def spliced(text: bytes, removed: Set[bytes], added: Set[bytes]) -> bytes:
    """Sorted, distinct lines without some and with others; lines include their end.

    Raises LookupError if a line to remove is not there, or one to add is.
    """
    parts: list[bytes] = []
    done = 0
    for line in sorted(removed | added):
        place = _place(text, line)
        is_there = text.startswith(line, place)
        if is_there != (line in removed):
            raise LookupError(f"the line is {'there' if is_there else 'not there'}: {line!r}")
        parts.append(text[done:place])
        if line in added:
            parts.append(line)
        done = place + len(line) if is_there else place
    return b"".join([*parts, text[done:]])


def _place(text: bytes, line: bytes) -> int:
    """Where the first line begins that is not smaller, by bisection over the bytes."""
    low, high = 0, len(text)
    while low < high:
        start = text.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = text.find(b"\n", start) + 1
        if text[start:end] < line:
            low = end
        else:
            high = start
    return low
