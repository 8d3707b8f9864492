"""What file names tell: which language a file is in, and which of two files is the source."""

from __future__ import annotations

import re
from pathlib import Path

# Two and three letters of ISO 639, and what people write instead.
LANGUAGES = {
    "Afrikaans": "af afr", "Albanian": "sq sqi", "Amharic": "am amh", "Arabic": "ar ara",
    "Armenian": "hy hye", "Azerbaijani": "az aze", "Basque": "eu eus", "Belarusian": "be bel",
    "Bengali": "bn ben", "Bosnian": "bs bos", "Bulgarian": "bg bul", "Burmese": "my mya",
    "Catalan": "ca cat", "Chinese": "zh zho chi cmn cn", "Croatian": "hr hrv",
    "Czech": "cs ces cze cz", "Danish": "da dan", "Dutch": "nl nld dut", "English": "en eng",
    "Esperanto": "eo epo", "Estonian": "et est", "Finnish": "fi fin", "French": "fr fra fre",
    "Galician": "gl glg", "Georgian": "ka kat", "German": "de deu ger", "Greek": "el ell",
    "Gujarati": "gu guj", "Hausa": "ha hau", "Hebrew": "he heb iw", "Hindi": "hi hin",
    "Hungarian": "hu hun", "Icelandic": "is isl", "Igbo": "ig ibo", "Indonesian": "id ind",
    "Irish": "ga gle", "Italian": "it ita", "Japanese": "ja jpn jp", "Kannada": "kn kan",
    "Kazakh": "kk kaz", "Khmer": "km khm", "Korean": "ko kor", "Lao": "lo lao",
    "Latin": "la lat", "Latvian": "lv lav", "Lithuanian": "lt lit", "Macedonian": "mk mkd",
    "Malay": "ms msa", "Malayalam": "ml mal", "Maltese": "mt mlt", "Marathi": "mr mar",
    "Mongolian": "mn mon", "Nepali": "ne nep", "Norwegian": "no nor nb nob nn nno",
    "Persian": "fa fas per", "Polish": "pl pol", "Portuguese": "pt por", "Punjabi": "pa pan",
    "Romanian": "ro ron rum", "Russian": "ru rus", "Serbian": "sr srp", "Sinhala": "si sin",
    "Slovak": "sk slk", "Slovenian": "sl slv", "Somali": "so som", "Spanish": "es spa",
    "Swahili": "sw swa", "Swedish": "sv swe", "Tagalog": "tl tgl", "Tamil": "ta tam",
    "Telugu": "te tel", "Thai": "th tha", "Turkish": "tr tur", "Ukrainian": "uk ukr",
    "Urdu": "ur urd", "Uzbek": "uz uzb", "Vietnamese": "vi vie", "Welsh": "cy cym",
    "Xhosa": "xh xho", "Yoruba": "yo yor", "Zulu": "zu zul",
}  # fmt: skip
CODES = {code: name for name, codes in LANGUAGES.items() for code in codes.split()}
NAMES = {name.lower(): name for name in LANGUAGES}

SOURCE_NAMES, TARGET_NAMES = {"src", "source"}, {"tgt", "trg", "target"}


def language_of(path: Path) -> str:
    """Return the language that a file's name tells, such as "German"; else the name itself."""
    for part in reversed(path.name.lower().split(".")):
        # "zh-CN" tells by its beginning, "train-en" and "train_en" by their end.
        region = re.fullmatch(r"([a-z]{2,3})[-_](?:[a-z]{2}|hans|hant|latn|cyrl)", part)
        for word in (part, region.group(1) if region else "", re.split(r"[-_ ]", part)[-1]):
            if name := CODES.get(word) or NAMES.get(word):
                return name
    return path.name


def sides(files: tuple[Path, Path]) -> tuple[Path, Path]:
    """Return source and target of two files, the same in whichever order they come.

    Names such as "pair.src" and "target.txt" decide; otherwise English is the source, or the
    first of the two names in the alphabet.
    """
    first, second = sorted(
        files, key=lambda path: (language_of(path) != "English", path.name.lower(), str(path))
    )
    if _side(first) - _side(second) > 0:
        return second, first
    return first, second


def _side(path: Path) -> int:
    """Return -1 for a source, 1 for a target, 0 if the name does not tell."""
    words = set(re.split(r"[-_. ]", path.name.lower()))
    return bool(words & TARGET_NAMES) - bool(words & SOURCE_NAMES)
