"""Which extra brings a package: ``pip install geopolity`` is the engine, and what it lacks is said in one sentence."""

from __future__ import annotations

from geopolity.errors import RequestError

EXTRAS = {
    "maps": (
        *("charset_normalizer", "exactextract", "folium", "h3", "icalendar", "jinja2", "matplotlib", "pmtiles"),
        *("python_calamine", "rasterio", "segno", "weasyprint"),
    ),
    "service": (
        *("alembic", "authlib", "fastapi", "geoalchemy2", "httptools", "httpx", "joserfc", "limits"),
        *("multipart", "pebble", "procrastinate", "prometheus_client", "psycopg", "py_arkworks_bls12381", "pydantic"),
        *("rbcl", "sqlalchemy", "starlette", "structlog", "uvicorn", "uvloop"),
    ),
    "scale": ("dask", "distributed"),
}
"""Modules by the extra that brings them, as in ``pyproject.toml``; ``service`` brings those of ``maps`` too."""


class MissingExtraError(RequestError):
    """A command needs packages of an extra that is not installed."""

    code = "missing-extra"


def missing_extra(error: ModuleNotFoundError) -> MissingExtraError | None:
    """What to say of a module that is not there; ``None`` if it is of no extra."""
    module = (error.name or "").partition(".")[0]
    extra = next((extra for extra, modules in EXTRAS.items() if module in modules), None)
    if extra is None:
        return None
    return MissingExtraError(
        "This needs {module}, which is not installed: pip install 'geopolity[{extra}]' brings it.",
        module=module,
        extra=extra,
    )
