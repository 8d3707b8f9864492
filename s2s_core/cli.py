"""The command s2s: train, translate, evaluate, demo, inspect and shrink, without a window.

Results go to standard output, progress and errors to standard error. Exit status: 0 done, 1 a
sentence on standard error says what was wrong with the input, 2 the command line is wrong,
130 interrupted with the state saved.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from s2s_core import commands
from s2s_core.commands.telling import sentence_of
from s2s_core.errors import S2SError
from s2s_core.experiment import all_knobs

Command = Callable[[argparse.Namespace], int]
Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def run() -> int:
    """Start from the command line."""
    return main(sys.argv[1:])


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; returns the exit status."""
    if "--set" in arguments and arguments[arguments.index("--set") + 1 :][:1] == ["help"]:
        return _print_knobs()
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except KeyboardInterrupt:
        sentence, status = "interrupted", 130
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (S2SError, OSError, RuntimeError, MemoryError) as error:
        sentence, status = sentence_of(error), 1
        if not sentence:
            raise
    print(f"s2s: {sentence}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="s2s",
        description="Train sequence-to-sequence models from scratch, and translate with them.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_demo, _add_train, _add_translate, _add_evaluate, _add_inspect, _add_shrink):
        add(parsers)
    return parser


def _command(parsers: Parsers, name: str, help: str, command: Command) -> argparse.ArgumentParser:
    parser = parsers.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(command=command)
    return parser


def _add_demo(parsers: Parsers) -> None:
    parser = _command(
        parsers, "demo", "train a built-in corpus here in the terminal", commands.demo
    )
    parser.add_argument("name", nargs="?", default="phrasebook", help="the built-in corpus")
    parser.add_argument("--list", action="store_true", help="list the built-in corpora")
    _add_settings(parser)
    parser.add_argument("--steps", type=int, help="how many steps; as long as is needed otherwise")
    parser.add_argument("--out", type=Path, help="the run's folder; a new one under runs otherwise")


def _add_train(parsers: Parsers) -> None:
    parser = _command(
        parsers, "train", "train a model and keep the run in a folder", commands.train
    )
    parser.add_argument("experiment", nargs="?", type=Path, help="an experiment.toml")
    parser.add_argument("--preset", metavar="NAME",
                        help="a ready-made experiment, laid over the file; several names, as in "
                        "gru-small,transformer-small, train a run with each")  # fmt: skip
    parser.add_argument("--corpus", nargs="+", metavar="FILE", help="one table or two text files")
    parser.add_argument("--builtin", metavar="NAME", help="a built-in corpus (see s2s demo --list)")
    parser.add_argument("--validation", nargs="+", metavar="FILE", help="held-out pairs, likewise")
    _add_settings(parser, "; several values, as in 1e-3,3e-3, train a run with each, compared "
                  "in a table")  # fmt: skip
    parser.add_argument("--out", type=Path, help="the run's folder; a new one under runs otherwise")
    parser.add_argument("--steps", type=int, help="training ends after so many steps of the run")
    parser.add_argument("--minutes", type=float,
                        help="training ends after so many minutes; both count from the run's "
                        "beginning, also where it is resumed")  # fmt: skip
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="where to train")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with this run or grid")


def _add_settings(parser: argparse.ArgumentParser, more: str = "") -> None:
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY.PATH=VALUE", dest="settings",
        help=f"change one setting{more}; '--set help' lists them all",
    )  # fmt: skip


def _add_translate(parsers: Parsers) -> None:
    parser = _command(
        parsers, "translate", "translate lines from standard input", commands.translate
    )
    parser.add_argument("run", type=Path, help="a run's folder")
    _add_search(parser)
    parser.add_argument("--n-best", type=int, help="how many hypotheses for each line")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each line")


def _add_evaluate(parsers: Parsers) -> None:
    parser = _command(
        parsers, "evaluate", "score a run's translations of a corpus", commands.evaluate
    )
    parser.add_argument("run", type=Path, help="a run's folder")
    parser.add_argument(
        "--corpus", nargs="+", metavar="FILE", required=True, help="one table or two text files"
    )
    _add_search(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_inspect(parsers: Parsers) -> None:
    parser = _command(
        parsers, "inspect", "tell what a corpus holds and what is odd, and cure it",
        commands.inspect,
    )  # fmt: skip
    parser.add_argument("files", nargs="+", metavar="FILE", help="one table or two text files")
    parser.add_argument("--validation", nargs="+", metavar="FILE", default=(),
                        help="pairs that should not stand in the corpus, likewise")  # fmt: skip
    parser.add_argument("--cure", default="", metavar="NAME,NAME",
                        help="what to put right, by name; 'all' is everything")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE",
                        help="write the pairs here: .jsonl, or a table with tabs")  # fmt: skip


def _add_shrink(parsers: Parsers) -> None:
    parser = _command(
        parsers, "shrink", "write a smaller copy of a run, and compare both", commands.shrink
    )
    parser.add_argument("run", type=Path, help="a run's folder")
    parser.add_argument("--prune", type=float, default=0.0, metavar="SHARE",
                        help="share of each matrix that is set to zero, such as 0.5")  # fmt: skip
    parser.add_argument("--int8", action="store_true", help="write matrices in bytes")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the copy")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto",
                        help="where to measure")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--search", choices=("greedy", "beam"), help="as the run says otherwise")
    parser.add_argument("--beam-size", type=int, help="hypotheses kept at each step")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto",
                        help="where to compute")  # fmt: skip


def _print_knobs() -> int:
    seen = set()
    for knob in all_knobs():
        if (knob.key, knob.help, knob.range) in seen:
            continue
        seen.add((knob.key, knob.help, knob.range))
        unit = f" {knob.unit}" if knob.unit else ""
        live = "; may change during a run" if knob.live else ""
        print(f"{knob.key} = {knob.default!r}{unit}  ({knob.range}{live})\n    {knob.help}")
    print(
        "\nSeveral values of numbers, switches and choices, as in --set "
        "training.learning_rate=1e-3,3e-3,\ntrain one run for each combination and compare them in "
        "a table; so do several presets,\nas in --preset gru-small,transformer-small."
    )
    return 0
