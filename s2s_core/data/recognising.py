# ruff: noqa: RUF001  # words in many scripts
"""Which language a text is in: by its script, and where many share that, by its commonest words.

It names columns, and no more: where it is not clear, it says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from s2s_core.data.doctor.language import script_of

ENOUGH = 0.1  # of all words, to be among the commonest of a language; real text has over 0.2
CLEARLY = 1.25  # times as many as of the next language
MAIN = 0.6  # of the letters, for the script that the text is in
FEWEST = 20  # letters, or different words
FEWEST_OF_A_SCRIPT = 4  # letters, where the script tells the language
DIFFERENT = 5  # of the commonest words
FEW_DIFFERENT = 2  # are enough in most of the lines: small grammars repeat the same ones
VERY_CLEARLY = 2.0  # times as many as of the next language, where they are few

# Scripts in which nearly everything is written in one language, as Unicode calls them.
OF_A_SCRIPT = {
    "CJK": "Chinese", "HANGUL": "Korean", "HEBREW": "Hebrew", "GREEK": "Greek", "THAI": "Thai",
    "GEORGIAN": "Georgian", "ARMENIAN": "Armenian", "TAMIL": "Tamil", "TELUGU": "Telugu",
    "KANNADA": "Kannada", "MALAYALAM": "Malayalam", "GUJARATI": "Gujarati", "BENGALI": "Bengali",
    "GURMUKHI": "Punjabi", "SINHALA": "Sinhala", "KHMER": "Khmer", "LAO": "Lao",
    "MYANMAR": "Burmese", "ETHIOPIC": "Amharic",
}  # fmt: skip
KANA = ("HIRAGANA", "KATAKANA")
# Of the languages in Arabic script these two can be told by their letters.
BORROWED = 0.02  # of all letters, in words of other languages
ARABIC = frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيٱ")
OF_ARABIC = re.compile(r"[ةى]|\bال\w")
PERSIAN = ARABIC - set("كىي") | set("پچژکگی")
OF_PERSIAN = re.compile("[پچژکگی]")

COMMON = {
    "Arabic": "في من على أن لا هذا إلى كان هل ما هو أنا لم هذه مع التي",
    "Persian": "از در به که است را این با من آن تو او یک برای نمی می",
    "Urdu": "ہے کے کی میں کا سے نے ہیں اور کو پر نہیں یہ ایک",
    "Hindi": "है के की में का से ने हैं और को पर नहीं यह एक मैं",
    "Marathi": "आहे आणि मी ती तो नाही हे आहेत काय ते एक",
    "Nepali": "छ हो र मा को छन् म यो गर्न भयो छैन",
    "Russian": "и в не на что я он она это с как его мы ты был у меня так но вы",
    "Ukrainian": "і в не на що я він вона це з як його ми ти був у мене та до є",
    "Bulgarian": "и в не на че аз той тя това с да е се си от за са ми ще",
    "Belarusian": "і ў не на што я ён яна гэта з як яго мы ты быў у мяне да",
    "Serbian": "и у не на да ја он она то са је се си од за сам су што ће",
    "Macedonian": "и во не на дека јас тој таа ова со да е се си од за сум се што ќе",
    "English": "the of and to is in you that it was i a he she my this what are do not on with be",
    "German": "der die das und ich ist nicht ein eine in zu er sie es mit auf den dem wir du",
    "Dutch": "de het een en ik is niet van in te dat hij ze op met je zijn was voor wat",
    "French": "le la les de des et est un une je il elle pas que qui à dans en vous ne ce tu du",
    "Spanish": "el la los las de y que es un una en no se por con su para mi lo del está",
    "Portuguese": "o a os as de e que é um uma em não se por com para ele ela do da eu na no",
    "Italian": "il la i le di e che è un una in non si per con lo gli del della sono mi ha ho",
    "Catalan": "el la els les de i que és un una en no es per amb ho del meu això va",
    "Romanian": "și de în la nu a este un o cu pe care să că din mai am lui pentru sunt",
    "Polish": "i w nie na się jest z to do że jak tak mi ja ty on ona za po czy mnie",
    "Czech": "a v ne na se je z to do že jak tak si já ty on ona za po jsem jsi není",
    "Slovak": "a v nie na sa je z to do že ako tak si ja ty on ona za po som nemá",
    "Slovenian": "in v ne na se je z to da kako tako si jaz ti on ona za po sem ni",
    "Croatian": "i u ne na se je da to od kako tako sam si ja on ona za što nije su",
    "Swedish": "och att det i en jag är inte som på han hon den med för har av ett du till",
    "Danish": "og at det i en jeg er ikke som på han hun den med for har af et du til",
    "Norwegian": "og å det i en jeg er ikke som på han hun den med for har av et du til",
    "Finnish": "ja on ei se hän minä että en ole tämä oli mutta kun mitä sen me",
    "Estonian": "ja on ei see ta ma et ole oli aga kui mis mida sa me tom",
    "Hungarian": "a az és nem van hogy egy én ez ő is meg volt de mit azt ki",
    "Turkish": "bir ve bu ne da de için ben o çok mi var değil ama daha gibi",
    "Indonesian": "dan yang di ini itu tidak saya dia ada untuk dengan ke dari akan kamu apa",
    "Vietnamese": "là của và không tôi có một anh cho này được người trong đã bạn những",
    "Latvian": "un ir es nav viņš tas ka ar no par kas uz man vai bet viņa",
    "Lithuanian": "ir yra aš ne jis tai kad su iš apie kas į man ar bet ji mano",
    "Esperanto": "la kaj estas mi ne li en ke ŝi de vi al ĝi por tio kun",
    "Welsh": "y yn a i mae o ar ei ddim wedi yr fi ni am eu roedd",
    "Afrikaans": "die en ek is nie van in te dat hy sy op met jy het was vir wat",
}  # fmt: skip
_LANGUAGES: dict[str, list[str]] = {}
for _language, _words in COMMON.items():
    for _word in set(_words.split()):
        _LANGUAGES.setdefault(_word, []).append(_language)


def language_in(texts: Sequence[str]) -> str:
    """Return the language that most of some texts are in, such as "German"; "" if unclear."""
    texts = _of_the_main_script(texts)
    letters: Counter[str] = Counter()
    for letter, count in Counter("".join(texts)).items():
        letters[script_of(letter)] += count
    del letters[""]
    if letters.total() < FEWEST_OF_A_SCRIPT:
        return ""
    kana = sum(letters[script] for script in KANA)
    if kana * 10 > letters.total():  # beside it stand Chinese characters
        return "Japanese" if (kana + letters["CJK"]) > MAIN * letters.total() else ""
    script, count = letters.most_common(1)[0]
    if count < MAIN * letters.total():
        return ""
    by_script = OF_A_SCRIPT.get(script)
    if by_script or letters.total() < FEWEST:
        return by_script or ""
    return (_by_letters(texts) if script == "ARABIC" else "") or _by_words(texts)


def _of_the_main_script(texts: Sequence[str]) -> Sequence[str]:
    """Leave out texts in another script than most, as of pairs whose sides are swapped.

    Judged by texts, not by letters: an English sentence has three times as many as a Chinese one.
    """
    scripts = [_script_in(text) for text in texts]
    (script, count), *_ = Counter(filter(None, scripts)).most_common(1) or [("", 0)]
    if 2 * count <= len(texts) - scripts.count(""):
        return texts
    return [text for text, its in zip(texts, scripts, strict=True) if its in (script, "")]


def _script_in(text: str) -> str:
    """Return the script of most letters of a text; what Japanese mixes counts as one."""
    letters = Counter(map(script_of, text))
    del letters[""]
    script = letters.most_common(1)[0][0] if letters else ""
    return "CJK" if script in KANA else script


def _by_letters(texts: Sequence[str]) -> str:
    """Tell Arabic and Persian from the others that use their script, by the letters they have."""
    text = "\n".join(texts)
    letters = [letter for letter in text if script_of(letter) == "ARABIC" and letter != "\u0640"]
    for language, own, sign in (
        ("Arabic", ARABIC, OF_ARABIC), ("Persian", PERSIAN, OF_PERSIAN),
    ):  # fmt: skip
        others = sum(letter not in own for letter in letters)
        if others <= BORROWED * len(letters) and sign.search(text):
            return language
    return ""


def _by_words(texts: Sequence[str]) -> str:
    words: Counter[str] = Counter()
    lines: Counter[str] = Counter()  # with such a word
    for text in texts:
        some = re.findall(r"[^\W\d_]+", text.lower())
        words.update(some)
        lines.update({language for word in some for language in _LANGUAGES.get(word, ())})
    found: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for word, count in words.items():
        for language in _LANGUAGES.get(word, ()):
            found[language] += count
            different[language] += len(word) > 1  # single letters may be anything
    (first, most), (_, next_most) = [*found.most_common(2), ("", 0), ("", 0)][:2]
    is_clear = most > ENOUGH * words.total() and most > CLEARLY * next_most
    is_in_most = 2 * lines[first] > len(texts) > FEWEST and most > VERY_CLEARLY * next_most
    needed = FEW_DIFFERENT if is_in_most else DIFFERENT
    return first if is_clear and different[first] >= needed and len(words) >= FEWEST else ""
