"""Runs the cells of a notebook (.ipynb, or Markdown with fenced Python) against a server, after edits to their text.

The tutorials' own pages are CC BY-NC-ND and their notebook of the e-shop names no licence, so neither stands in this repository:
eshop.md and prospects.md define the same, step by step, in words of our own. `ONCUE_NOTEBOOK_ESHOP` and `ONCUE_NOTEBOOK_PROSPECTS`
name a copy of the originals to be run instead.
"""

import json
import os
import re
import sys
from pathlib import Path

FENCED = re.compile(r"^```python\n(.*?)^```", re.M | re.S)
MAGIC = re.compile(r"^[%!].*$", re.M)
CLIENT = """from snowplow_signals import SignalsSandbox
sp_signals = SignalsSandbox(api_url={url!r}, sandbox_token="local")
"""
# What a reader changes: for each edit, every place that it is made at, and what stands there afterwards.
EDITS = {
    # Made in a first cell instead, since the tutorial asks for a preview before it makes its client.
    "SignalsSandbox as client": {r"^from snowplow_signals import Signals\n": "", r"^sp_signals = Signals\([^)]*\)\n": ""},
    "attribute_groups for attribute_group": {r"\battribute_group=\[": "attribute_groups=["},
    "a missing import": {r"^(from snowplow_signals import Attribute, Criteria, Criterion, AtomicProperty)$": r"\1, EntityProperty"},
    "a real e-mail address": {r'"YOUR EMAIL HERE"': '"user@company.com"'},
}


def cells_of(path: Path) -> list[str]:
    text = path.read_text()
    if path.suffix != ".ipynb":
        return FENCED.findall(text)
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def occurs(cells: list[str], edit: str) -> bool:
    return all(any(re.search(place, cell, re.M) for cell in cells) for place in EDITS[edit])


def edited(cells: list[str], edit: str) -> list[str]:
    for place, new in EDITS[edit].items():
        cells = [re.sub(place, new, cell, flags=re.M) for cell in cells]
    return cells


def run_notebook(name: str, url: str, needed: list[str]) -> dict:
    """
    Runs what this folder has of a tutorial, or the copy of it that the environment names.

    Args:
        needed: the edits without which our text does not run, no more and no fewer. Of a copy, which may be of any year, those that occur
            in it.
    Returns:
        The names that the cells have defined.
    """
    copy = os.environ.get(f"ONCUE_NOTEBOOK_{name.upper()}")
    cells = cells_of(Path(copy) if copy else Path(__file__).parent / f"{name}.md")
    found = [edit for edit in EDITS if occurs(cells, edit)]
    assert copy or found == needed, f"{name}.md has places for the edits {found}, not {needed}"
    for edit in found:
        cells = edited(cells, edit)
        assert not occurs(cells, edit), edit
    # Where the text makes a sandbox's client by itself, it reads these.
    os.environ.update(SP_API_URL=url, SP_SANDBOX_URL=url, SP_SANDBOX_TOKEN="local")
    if "SignalsSandbox as client" in found:
        cells = [CLIENT.format(url=url), *cells]
    names: dict = {}
    for number, cell in enumerate(cells, 1):
        exec(compile(MAGIC.sub("", cell), f"{copy or name}, cell {number}", "exec"), names)
    print(f"{name}: {len(cells)} cells of {copy or 'our text'} with the edits {found}", file=sys.stderr)
    return names
