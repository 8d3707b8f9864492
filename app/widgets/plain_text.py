"""Text from data shown as it is: never taken for HTML."""

from __future__ import annotations

from html import escape


def plain_tooltip(text: str, width: int = 0) -> str:
    """Return a tooltip that shows `text` literally and wraps long lines.

    Qt guesses whether a tooltip is rich text, so that a sentence with `<b>` in it would be
    rendered; escaped inside one `<qt>` it is not.

    width: in pixels, where Qt's own would be too narrow for what is told
    """
    if not text:
        return ""
    block = f'<div style="white-space: pre-wrap">{escape(text)}</div>'
    return (
        f"<qt>{f'<table width={width}><tr><td>{block}</td></tr></table>' if width else block}</qt>"
    )
