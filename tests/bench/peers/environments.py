"""The environments of the toolkits: each its own, made once and from PyPI."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TORCH = "torch==2.13.0"


@dataclass(frozen=True)
class Environment:
    """What is installed, in this order."""

    wanted: tuple[str, ...] = ()
    alone: str = ""  # without what it asks for, which would not go with the rest


ENVIRONMENTS = {
    "ctranslate": Environment(("ctranslate2==4.8.5",)),
    # It asks for torch < 2.3, but runs with newer ones.
    "opennmt": Environment(
        (
            TORCH, "configargparse", "ctranslate2", "numpy<2", "flask", "waitress", "pyonmttok",
            "pyyaml", "sacrebleu", "rapidfuzz", "six", "sentencepiece", "fasttext-wheel", "spacy",
            "tensorboard", "pyahocorasick", "setuptools<81",
        ),
        "OpenNMT-py==3.5.1",
    ),
    # It forgets to ask for importlib_metadata, and calls what sentencepiece had until 0.2.0.
    "joey": Environment(
        (TORCH, "joeynmt==2.3.0", "importlib_metadata", "setuptools<81", "sentencepiece==0.2.0")
    ),
}  # fmt: skip


def python_of(name: str, folder: Path) -> str:
    """Return the Python of an environment, which is made if it is not there; "": our own."""
    if not name:
        return sys.executable
    place, environment = folder / name, ENVIRONMENTS[name]
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made, asked = place / "made", "\n".join((*environment.wanted, environment.alone))
    if not made.exists() or made.read_text("utf-8") != asked:
        print(f"== installing {name} into {place}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, *environment.wanted], check=True)
        if environment.alone:
            subprocess.run([*pip, "--no-deps", environment.alone], check=True)
        made.write_text(asked, encoding="utf-8")
    return str(python)
