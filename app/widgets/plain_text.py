"""Text from data shown as it is: never taken for HTML."""

from __future__ import annotations

from html import escape


def plain_tooltip(text: str) -> str:
    """Return a tooltip that shows `text` literally and wraps long lines.

    Qt guesses whether a tooltip is rich text, so that a sentence with `<b>` in it would be
    rendered; escaped inside one `<qt>` it is not.
    """
    return f'<qt><div style="white-space: pre-wrap">{escape(text)}</div></qt>' if text else ""
