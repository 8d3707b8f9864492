from __future__ import annotations

import inspect
import json
import re

import pytest

from s2s_core.configs import RunConfig
from s2s_core.errors import BadConfig
from s2s_core.experiment import SECTIONS, all_knobs, changed
from s2s_core.resources import resource
from s2s_core.runs.catalog import CATALOG, catalog_values, check

# What comes from papers; the others are ways of reading, cutting and looking.
METHODS = (
    "activation", "attention", "clipping", "initialisation", "loss", "norm", "optimizer",
    "positions", "risk_score", "schedule", "search", "teacher_forcing",
)  # fmt: skip
NOBODYS = {"constant", "greedy"}  # what is left where nothing is done


def test_the_catalog_on_disk_equals_the_tables() -> None:
    written = json.loads(resource("catalog.json").read_text(encoding="utf-8"))
    assert written == catalog_values(), "run python -m s2s_core.runs.write_catalog"


@pytest.mark.parametrize("kind", CATALOG)
def test_every_row_has_a_title_and_one_line_of_help(kind: str) -> None:
    assert CATALOG[kind]
    for row in catalog_values()[kind].values():
        assert row["title"]
        assert row["help"].endswith(".")
    helps = [row["help"] for row in catalog_values()[kind].values()]
    assert len(set(helps)) == len(helps)


@pytest.mark.parametrize("kind", METHODS)
def test_every_method_names_its_source(kind: str) -> None:
    rows = {name: inspect.getdoc(CATALOG[kind][name]) or "" for name in CATALOG[kind]}
    nameless = {name for name, said in rows.items() if not re.search(r"\b(19|20)\d\d\b", said)}
    assert nameless <= NOBODYS, f"{kind}: {nameless}"


def having(key: str) -> RunConfig:
    """Return an experiment with an encoder or decoder that has this knob."""
    section, _, name = key.rpartition(".")
    for config in SECTIONS[section]:
        if section.startswith("model.") and name in config.model_fields:
            return changed(RunConfig(), f"{section}.kind", config.model_fields["kind"].default)
    return RunConfig()


@pytest.mark.parametrize("knob", [k for k in all_knobs() if k.choices], ids=lambda k: k.key)
def test_a_name_that_no_table_knows_is_refused_with_the_known_ones(knob: object) -> None:
    key, choices = getattr(knob, "key", ""), getattr(knob, "choices", "")
    known = ", ".join(CATALOG[choices])
    with pytest.raises(BadConfig) as caught:
        check(changed(having(key), key, "magic"))
    assert str(caught.value) == f"{key} must be one of {known}, not 'magic'"


@pytest.mark.parametrize("knob", [k for k in all_knobs() if k.choices], ids=lambda k: k.key)
def test_every_name_of_a_table_can_be_chosen(knob: object) -> None:
    key = getattr(knob, "key", "")
    for name in CATALOG[getattr(knob, "choices", "")]:
        check(changed(having(key), key, name))


def test_the_default_is_a_config_that_can_be_run() -> None:
    check(RunConfig())
