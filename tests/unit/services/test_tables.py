"""Tables are mapped by modules: each brings those that it points to, and all together are all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from services.storage import tables

ALONE = """
import os, sys
from importlib import import_module
import services.storage.tables.base
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        import_module(f"services.storage.tables.{name}").Table.metadata.sorted_tables
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(name)
"""


def test_a_module_alone_knows_every_table_that_its_own_point_to():
    names = sorted(set(tables.HOMES.values()))
    done = subprocess.run([sys.executable, "-c", ALONE, *names], capture_output=True, text=True, check=True)
    assert done.stdout == "", done.stderr


def test_no_module_and_no_row_is_left_out():
    assert set(tables.HOMES.values()) == {file.stem for file in Path(tables.__file__).parent.glob("[a-z]*.py")}
    assert set(tables.HOMES) == set(tables.__all__) - {"all_tables"}
    mapped = {table.name for table in tables.all_tables().sorted_tables}
    rows = {mapper.class_ for mapper in tables.Table.registry.mappers}
    assert {row.__name__ for row in rows if row.__module__.startswith(tables.__name__)} == {*tables.HOMES} - {
        "SHAPE",
        "Table",
    }
    assert {row.__tablename__ for row in rows} >= mapped
