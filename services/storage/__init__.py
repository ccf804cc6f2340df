"""The store: one model for SQLite and PostGIS."""
