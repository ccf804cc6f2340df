"""The store in SQLite. Its tables carry a PostGIS type too, which is not wired up or tested yet."""
