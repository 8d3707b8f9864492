"""What formats in XML have in common: reading part by part, and text without its mark-up."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from s2s_core.data.readers.opening import opened
from s2s_core.errors import BadFile

CODES = frozenset(  # what stands in them is code of the program the text comes from
    ("bpt", "ept", "it", "ph", "ut", "x", "bx", "ex", "sub", "sc", "ec", "cp")
)
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LARGEST_PART = 50_000_000  # bytes from one unit to the next


def elements(path: Path, unit: str) -> Iterator[tuple[str, Element]]:
    """Yield ("start", element) of all elements and ("end", element) of the units, as they come.

    A unit is emptied once it was looked at. Entities of one's own and references to other files
    are refused: both are known attacks, and no corpus needs them.
    """
    with opened(path) as (_, stream):
        bounded = _Bounded(stream, path)
        try:
            for event, element in iterparse(
                bounded, ("start", "end"), forbid_dtd=False, forbid_entities=True,
                forbid_external=False,
            ):  # fmt: skip
                if event == "start":
                    yield event, element
                elif local(element) == unit:
                    bounded.begin()
                    yield event, element
                    element.clear()
        except ParseError as error:
            raise BadFile("{file} is not valid XML: {why}", file=path.name, why=error) from None
        except (ValueError, LookupError) as error:
            if isinstance(error, DefusedXmlException):
                raise BadFile(
                    "{file} defines entities of its own; they are not read, as they can be an "
                    "attack", file=path.name,
                ) from None  # fmt: skip
            raise BadFile("{file} is not valid XML: {why}", file=path.name, why=error) from None


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """Return the first part of that name."""
    return next((part for part in element if local(part) == name), None)


def plain_text(element: Element | None) -> str:
    """Return the text of an element: without mark-up, and line breaks of the layout joined."""
    if element is None:
        return ""
    text = "".join(_pieces(element))
    return " ".join(text.split()) if "\n" in text else text


def _pieces(element: Element) -> Iterator[str]:
    """Yield the texts in an element, in their order, however deep it is nested."""
    todo: list[Element | str] = [element]
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            yield part
            continue
        yield part.text or ""
        for inner in reversed(part):
            todo.append(inner.tail or "")
            if local(inner) not in CODES:
                todo.append(inner)


class _Bounded(io.RawIOBase):
    """A stream that refuses to give too much without a unit coming to its end."""

    def __init__(self, stream: Any, path: Path) -> None:
        self._stream, self._path, self._given = stream, path, 0

    def begin(self) -> None:
        """Count anew."""
        self._given = 0

    def read(self, size: int = -1) -> bytes:
        part: bytes = self._stream.read(size)
        self._given += len(part)
        if self._given > LARGEST_PART:
            raise BadFile(
                "{file} has a part of more than {size} MB; expected one sentence in each",
                file=self._path.name, size=LARGEST_PART // 1_000_000,
            )  # fmt: skip
        return part
