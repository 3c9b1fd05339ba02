"""Made-up archives of any size: records that read, weigh and relate like real ones.

The same number and the same seed give the same bytes, on every Python and every machine.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from debrief import schema
from debrief.archive import CATALOG, RECORDS
from debrief.synthetic.body import body
from debrief.synthetic.company import found
from debrief.synthetic.dice import Dice
from debrief.synthetic.front import Front
from debrief.synthetic.plan import TODAY, outages
from debrief.synthetic.speech import Speech
from debrief.synthetic.writing import to_yaml

__all__ = ["TODAY", "write_archive"]


def write_archive(folder: Path, records: int, seed: int = 1) -> None:
    """Write a repository with so many records into a folder, which has none yet.

    It is written as of :data:`TODAY`; on a later day more of it is overdue. Raises OSError, also
    where the folder holds records already.
    """
    dice = Dice(seed)
    company = found(dice, records)
    speech = Speech(dice)
    catalog = folder / CATALOG
    catalog.mkdir(parents=True)
    (folder / RECORDS).mkdir()
    shutil.copytree(schema.OWN_FOLDER, folder / "schema")
    parts = {"owners": {"owners": company.owners}, "assets": {"assets": company.assets}}
    for name, values in (parts | {"policy": company.policy}).items():
        (catalog / f"{name}.yml").write_text(to_yaml(values), encoding="utf-8", newline="\n")
    for outage in outages(dice, speech, company, records):
        front = to_yaml(Front(outage, company, dice, speech).values())
        text = f"---\n{front}---\n\n{body(outage, dice, speech)}"
        file = folder / RECORDS / str(outage.day.year) / f"{outage.id}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
