"""The tables are what the model says, on both homes, forwards and backwards."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import inspect, text

from services.storage.schema import NEWEST, StoreSchemaError, configuration, migrate, version
from services.storage.store import connect
from services.storage.tables import all_tables


def test_a_new_store_has_the_tables_of_the_model_and_alembic_finds_no_difference(opened):
    engine = opened.prepared()
    with engine.begin() as connection:
        assert set(all_tables().tables) <= set(inspect(connection).get_table_names())
        command.check(configuration(connection))


def test_down_and_up_again_is_the_same_store(opened):
    engine = opened.prepared()
    for target, found in (("base", None), ("head", NEWEST)):
        migrate(engine, target)
        with engine.begin() as connection:
            assert version(connection) == found
            there = set(inspect(connection).get_table_names())
            assert (set(all_tables().tables) <= there) == (found is not None)
            if found:
                command.check(configuration(connection))


@pytest.mark.parametrize(("found", "way_out"), [("0000", "db upgrade"), ("9999", "newer geopolity")])
def test_a_store_of_another_version_is_refused_with_the_way_out(opened, found, way_out):
    engine = opened.prepared()
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
    with pytest.raises(StoreSchemaError, match=f"version {found}.*{way_out}"):
        opened.prepared()


def test_shapes_in_postgis_are_geometries_with_a_spatial_index(cluster):
    engine = connect(cluster.url())
    with engine.begin() as connection:
        found = connection.scalars(text("SELECT f_table_name FROM geometry_columns WHERE srid = 4326 ORDER BY 1")).all()
        indexed = connection.scalars(text("SELECT tablename FROM pg_indexes WHERE indexdef LIKE '%USING gist%'")).all()
    engine.dispose()
    assert found == ["polity_versions", "units"]
    assert set(indexed) == {"polity_versions", "units"}
