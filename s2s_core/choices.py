"""What can be chosen: one table type for attentions, optimizers, readers and all the rest."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import TypeVar

from s2s_core.errors import BadConfig

Row = TypeVar("Row")


class Choices(Mapping[str, Row]):
    """A table from name to class or function; an unknown name is refused with the known ones."""

    def __init__(self, kind: str, rows: dict[str, Row]) -> None:
        self.kind = kind
        self._rows = rows

    def __getitem__(self, name: str) -> Row:
        if name not in self._rows:
            raise BadConfig(
                "{kind} must be one of {known}, not {given}",
                kind=self.kind,
                known=", ".join(self._rows),
                given=repr(name),
            )
        return self._rows[name]

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def help(self, name: str) -> str:
        """Return the first line of the row's docstring: its explanation in every menu."""
        return (inspect.getdoc(self[name]) or "").partition("\n")[0]
