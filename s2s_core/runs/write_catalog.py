"""`python -m s2s_core.runs.write_catalog` writes resources/catalog.json from the tables."""

import json

from s2s_core.resources import resource
from s2s_core.runs.catalog import catalog_values

text = json.dumps(catalog_values(), indent=2, ensure_ascii=False) + "\n"
resource("catalog.json").write_text(text, encoding="utf-8")
