"""The store: one model, in a SQLite file or in PostGIS."""
