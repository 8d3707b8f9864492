"""Where tags and entities stand in a text, as they remain of web pages."""

from __future__ import annotations

import html
import re

TAG = re.compile(
    r"<(?:/[a-z][\w:.-]*\s*|[a-z][\w:.-]*\s*/|[a-z][\w:.-]*\s[^<>]*=[^<>]*|[!?][^<>]*"
    r"|(?:a|abbr|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|g|h[1-6]|head|hr|html|i"
    r"|img|it|li|ol|p|ph|pre|q|s|script|seg|small|span|strike|strong|style|sub|sup|table|tbody|td"
    r"|th|thead|title|tr|tt|tu|tuv|u|ul))>",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")


def unescaped(text: str) -> str:
    """Return a text with the characters that its entities stand for; unknown ones stay."""
    return ENTITY.sub(lambda entity: html.unescape(entity.group()), text)


def places_of_markup(text: str) -> list[tuple[int, int]]:
    """Return where each tag, and each entity that is known, begins and ends; in order."""
    tags = [tag.span() for tag in TAG.finditer(text)]
    entities = [
        entity.span() for entity in ENTITY.finditer(text) if unescaped(entity[0]) != entity[0]
    ]
    return sorted(tags + entities)
