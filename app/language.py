"""The language of the window: catalogues in `resources/translations`, one file each.

`python -m app.write_translations CODE` makes one.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from s2s_core.resources import resource

ENGLISH = "en"


def languages(folder: Path | None = None) -> dict[str, str]:
    """Return the code and the own name of each language the window can speak."""
    found = {path.stem for path in (folder or _folder()).glob("*.qm")} - {ENGLISH}
    return {code: own_name(code) for code in [ENGLISH, *sorted(found)]}


def own_name(code: str) -> str:
    """Return what the speakers of a language call it: "zh_CN" gives "简体中文"."""
    if code == ENGLISH:
        return "English"
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code


def chosen_language(setting: str, folder: Path | None = None) -> str:
    """Return the language to speak: the one set, else the system's first that is known."""
    known = languages(folder)
    wanted = [setting] if setting in known else QLocale.system().uiLanguages()
    for name in wanted:
        parts = name.replace("-", "_").split("_")
        for code in (name.replace("-", "_"), "_".join(parts[:1] + parts[-1:]), parts[0]):
            if code in known:
                return code
    return ENGLISH


def speak(
    application: QCoreApplication, setting: str, folder: Path | None = None
) -> list[QTranslator]:
    """Let all texts made from now on be in a language; returns what was installed."""
    code = chosen_language(setting, folder)
    if code == ENGLISH:
        return []
    own, qt = QTranslator(application), QTranslator(application)
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    qt.load(f"qtbase_{code}", qt_folder)  # what Qt's own dialogs say; some languages lack it
    own.load(str((folder or _folder()) / f"{code}.qm"))
    installed = [translator for translator in (qt, own) if not translator.isEmpty()]
    for translator in installed:
        application.installTranslator(translator)  # the last one is asked first
    return installed


def _folder() -> Path:
    return resource("translations")
