"""Characters that should not stand in a sentence, and text that was written in another way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from s2s_core.data.doctor.check import Check
from s2s_core.data.pairs import SentencePair
from s2s_core.markup import TAG, unescaped


class Repair(Check):
    """A fault of single texts that can be put right without asking what they mean."""

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Look at both sides."""
        is_faulty = self.is_faulty
        for place, (source, target) in enumerate(pairs):
            if is_faulty(source) or is_faulty(target):
                yield place

    def cured(self, pair: SentencePair) -> SentencePair | None:
        """Put both sides right."""
        return SentencePair(self.repaired(pair.source), self.repaired(pair.target))

    @staticmethod
    def is_faulty(text: str) -> bool:
        """Tell whether a text has the fault."""
        raise NotImplementedError

    @staticmethod
    def repaired(text: str) -> str:
        """Return a text without the fault."""
        raise NotImplementedError


class Mojibake(Repair):
    """UTF-8 that was read as Latin-1 or Windows-1252, such as "Ã¼" for "ü"."""

    title = "Garbled letters"
    template = (
        "{count:pair has|pairs have} garbled letters: UTF-8 that was read as another encoding"
    )
    cure = "the letters that were meant are put in their place"

    @staticmethod
    def is_faulty(text: str) -> bool:
        """Look for bytes of UTF-8, each shown as a letter or sign."""
        return not text.isascii() and _BEGINS.search(text) is not None and _degarbled(text) != text

    @staticmethod
    def repaired(text: str) -> str:
        """Read the bytes as UTF-8."""
        return _degarbled(text)


class Markup(Repair):
    """Tags and entities that remained of a web page or a translation memory."""

    title = "Mark-up"
    template = "{count:pair has|pairs have} remains of mark-up, such as <b> or &amp;"
    cure = "tags are taken out, entities become the characters they stand for"

    @staticmethod
    def is_faulty(text: str) -> bool:
        """Look for tags, and for entities that are known."""
        has_tag = "<" in text and TAG.search(text) is not None
        return has_tag or ("&" in text and unescaped(text) != text)

    @staticmethod
    def repaired(text: str) -> str:
        """Take tags out; a line break becomes a space."""
        without = TAG.sub(lambda tag: " " if _BREAK.match(tag.group()) else "", text)
        return unescaped(without).strip(" \xa0")


class ControlCharacters(Repair):
    """Characters that control a terminal, or cannot be seen: they only confuse a vocabulary."""

    title = "Control characters"
    template = "{count:pair has|pairs have} control characters, or others that cannot be seen"
    cure = "these characters are taken out"

    @staticmethod
    def is_faulty(text: str) -> bool:
        """Ask first whether everything can be printed, which is fast."""
        return not text.isprintable() and _CONTROL.search(text) is not None

    @staticmethod
    def repaired(text: str) -> str:
        """Take them out; what separates lines or columns becomes a space."""
        return _CONTROL.sub("", _SEPARATOR.sub(" ", text))


class LostCharacters(Check):
    """Characters that were lost when the text was converted, and stand as "\ufffd"."""

    title = "Lost characters"
    template = "{count:pair has|pairs have} characters that were lost when the text was converted"
    cure = "such pairs are left out"

    def faulty(self, pairs: Sequence[SentencePair]) -> Iterator[int]:
        """Look for the sign that Unicode has for them."""
        for place, (source, target) in enumerate(pairs):
            if "\ufffd" in source or "\ufffd" in target:
                yield place


class NotNormalised(Repair):
    """Letters with their accents written apart: the same word would have two spellings."""

    title = "Unicode not normalised"
    template = (
        "{count:pair has|pairs have} accents apart from their letters (Unicode that is not NFC)"
    )
    cure = "letters and accents are joined (NFC)"

    @staticmethod
    def is_faulty(text: str) -> bool:
        """Ask Unicode's own quick check."""
        return not text.isascii() and not unicodedata.is_normalized("NFC", text)

    @staticmethod
    def repaired(text: str) -> str:
        """Compose."""
        return unicodedata.normalize("NFC", text)


class MixedScripts(Repair):
    """Words with letters of two scripts that look alike, as a Cyrillic "o" in "word"."""

    title = "Mixed scripts"
    template = "{count:pair has|pairs have} a word that mixes Latin, Cyrillic or Greek letters"
    cure = "look-alike letters are replaced; pairs where none is alike are left out"

    @staticmethod
    def is_faulty(text: str) -> bool:
        """Look for two neighbours of different scripts."""
        if text.isascii() or not _NOT_LATIN.search(text):
            return False
        return _MIXED.search(text) is not None

    def cured(self, pair: SentencePair) -> SentencePair | None:
        """Leave a pair out if words are mixed still."""
        source, target = self.repaired(pair.source), self.repaired(pair.target)
        is_mixed = self.is_faulty(source) or self.is_faulty(target)
        return None if is_mixed else SentencePair(source, target)

    @staticmethod
    def repaired(text: str) -> str:
        """Write each word in the script of most of its letters, where letters look alike."""
        return _WORD.sub(lambda word: _in_one_script(word.group()), text)


# What the bytes 0x80 to 0xBF look like: as Windows-1252 shows them, or as Latin-1 does.
_BYTES = {
    **{chr(byte): byte for byte in range(0x80, 0xC0)},
    **{bytes([b]).decode("cp1252", "ignore"): b for b in range(0x80, 0xC0)},
}
_BYTES.pop("", None)
_NEXT = "[" + re.escape("".join(_BYTES)) + "]"
# First bytes of Latin letters and of signs such as the dash are sure; those of other scripts
# may be the last letter of a word with a quotation mark after it, and are so if they are alone.
_SURE = rf"[ÂÃ]{_NEXT}|â[€\x80]{_NEXT}|ð[Ÿ\x9f]{_NEXT}{_NEXT}"
_UNSURE = rf"[ÄÅÎÏÐÑ×ØÙ]{_NEXT}|[àáâãäåæçèéêëì]{_NEXT}{_NEXT}"
_BEGINS = re.compile(f"[ÂÃâðÄÅÎÏÐÑ×ØÙà-ì]{_NEXT}")
_GARBLED = re.compile(f"{_SURE}|{_UNSURE}")
_IS_SURE = re.compile(_SURE)
_RUN = re.compile(f"(?:{_UNSURE})(?:{_UNSURE})+")

_BREAK = re.compile(r"</?(?:br|p|div|li|tr|td)\b", re.IGNORECASE)
# Tabs and line breaks are white space, which needs no cure; joiners belong to several scripts.
_SEPARATOR = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]+")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2028-\u2029\u202d\u202e\u2060\ufeff"
    "\ufff9-\ufffb\U000e0001]"
)
_GREEK_CYRILLIC = "\u0370-\u03a8\u03aa-\u03bb\u03bd-\u03ff\u0400-\u052f"  # but for ohm and mu
_LATIN = "A-Za-z\u00c0-\u024f"
_NOT_LATIN = re.compile("[\u0370-\u052f]")
_MIXED = re.compile(
    f"[{_LATIN}][{_GREEK_CYRILLIC}]|[{_GREEK_CYRILLIC}][{_LATIN}]"
    "|[\u0370-\u03ff][\u0400-\u052f]|[\u0400-\u052f][\u0370-\u03ff]"
)
_WORD = re.compile(f"[{_LATIN}\u0370-\u03ff\u0400-\u052f]+")
# Escaped, because nobody could tell them from the others.
_CYRILLIC = (
    "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422"
    "\u0425\u0423\u0430\u0441\u0435\u0456\u043e\u0458\u0440\u0455\u0445\u0443"
)
_LIKE_CYRILLIC = "ABCEHIJKMOPSTXYaceiojpsxy"
_GREEK = (
    "\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1"
    "\u03a4\u03a7\u03a5\u0396\u03bf\u03bd"
)
_LIKE_GREEK = "ABEHIKMNOPTXYZov"
_TO_LATIN = str.maketrans(_CYRILLIC + _GREEK, _LIKE_CYRILLIC + _LIKE_GREEK)
_TO_OTHERS = (
    str.maketrans(_LIKE_CYRILLIC, _CYRILLIC), str.maketrans(_LIKE_GREEK, _GREEK),
)  # fmt: skip


def _in_one_script(word: str) -> str:
    """Return a mixed word in the script that most of its letters are of, if it can be."""
    if not MixedScripts.is_faulty(word):
        return word
    latin = sum(letter < "\u0370" for letter in word)
    tables = (_TO_LATIN, *_TO_OTHERS) if 2 * latin >= len(word) else (*_TO_OTHERS, _TO_LATIN)
    whole = (word.translate(table) for table in tables)
    return next((each for each in whole if not MixedScripts.is_faulty(each)), word)


def _degarbled(text: str) -> str:
    """Return a text with its garbled letters read as UTF-8."""
    if _IS_SURE.search(text) or _RUN.search(text):
        return _GARBLED.sub(lambda found: _as_utf8(found.group()), text)
    return text


def _as_utf8(garbled: str) -> str:
    first = garbled[0].encode("cp1252", "ignore") or garbled[0].encode("latin-1")
    try:
        return (first + bytes(_BYTES[sign] for sign in garbled[1:])).decode()
    except UnicodeDecodeError:
        return garbled
