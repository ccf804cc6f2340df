"""Settings: everything the environment may say, read once into one frozen object.

The guide's page of settings is made of the words here; a test checks that each has some.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from geopolity.errors import RequestError


class SettingError(RequestError):
    """An environment variable has a value that cannot be used."""

    code = "setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says, each as ``GEOPOLITY_`` and its name in capitals.

    Attributes
    ----------
    home
        Folder of all state: ``cache/``, ``guide/``, ``keys/``, ``log/``, ``out/``, ``layers/``, ``issues/``; ``var``
        in a checkout, the platform's data folder otherwise.
    workers
        Processes for work on several issues at once; by default the processors, at most 4.
    database_url
        PostGIS database of the store, ``postgresql://USER:PASSWORD@HOST/DATABASE``; without one, the store is the file
        ``$GEOPOLITY_HOME/geopolity.sqlite``.
    public_url
        Address that people know the service by; the one host name beside this machine's that it answers to; https makes
        cookies secure.
    upload_mb
        Largest upload that the service takes, MB.
    request_memory_mb
        Memory that reading one file that was sent, or deriving one draft, may use in a process of its own, MB.
    job_memory_mb
        Memory that a worker may use for the derivations that analysts order, MB, 4000 or more.
    page_memory_mb
        Memory in which the service keeps public pages as they were rendered, MB.
    rate_limit
        How often one person, program or address may write, such as ``60/minute``.
    least_free_mb
        Free space of the disk of ``home``, MB, below which the service takes nothing in and workers begin nothing: what
        is kept can still be read, and votes still close.
    vote_days
        Days that a vote lasts at least: 3, or more.
    geocoder_url
        Search address of a geocoder (Nominatim's ``…/search``, Photon's ``…/api``, Pelias' ``…/v1/search``) that
        addresses are sent to which no added file has; the page says so before, and names it. Without one, nothing is
        sent.
    smtp_url
        Server that takes mails: ``smtp://USER:PASSWORD@HOST:PORT`` (STARTTLS where it is offered) or ``smtps://…``;
        without one, who is called gets a letter to print.
    mail_from
        Address that mails come from; by default ``geopolity@`` and the host of ``GEOPOLITY_PUBLIC_URL``.
    self_registration
        Lets people register themselves: ``clerk`` (two people of the office see proof of residence), or ``claim:NAME``
        (the provider's token holds the unit's id in that claim, and ``age_over_18``); without it, a clerk registers.
    oidc_issuer, oidc_client_id, oidc_client_secret
        OpenID Connect provider that people sign in with, and this service's name and secret there.
    oidc_roles_claim
        Claim of the provider's token that lists a person's roles.
    """

    home: Path
    workers: int
    database_url: str | None = field(default=None, repr=False)  # it may hold a password
    public_url: str | None = None
    upload_mb: int = 50
    request_memory_mb: int = 6_000
    job_memory_mb: int = 10_000
    page_memory_mb: int = 64
    rate_limit: str = "120/minute"
    least_free_mb: int = 500
    vote_days: int = 3
    geocoder_url: str | None = field(default=None, repr=False)  # it may hold a key
    smtp_url: str | None = field(default=None, repr=False)  # it may hold a password
    mail_from: str | None = None
    self_registration: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    oidc_roles_claim: str = "roles"

    @property
    def store_url(self) -> str:
        """Where the store is, as SQLAlchemy names it; the folder of the SQLite file is made."""
        if self.database_url is not None:
            return self.database_url
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return f"sqlite:///{self.home / 'geopolity.sqlite'}"

    @property
    def out(self) -> Path:
        """Folder of results that were given no other place."""
        return self.home / "out"

    @property
    def guide(self) -> Path:
        """Folder of the built guide, which is served at ``/guide`` and published with the site."""
        return self.home / "guide"

    @property
    def error_log(self) -> Path:
        """File that holds the details of unexpected errors."""
        return self.home / "log" / "errors.log"

    @property
    def kernel_cache(self) -> Path:
        """Folder of compiled kernels."""
        return self.home / "cache" / "numba"

    @property
    def environment(self) -> dict[str, str]:
        """What a process that works for the same store needs to be told."""
        told = {
            "GEOPOLITY_HOME": str(self.home),
            "GEOPOLITY_WORKERS": str(self.workers),
            "GEOPOLITY_JOB_MEMORY_MB": str(self.job_memory_mb),
            "GEOPOLITY_LEAST_FREE_MB": str(self.least_free_mb),
        }
        return told if self.database_url is None else told | {"GEOPOLITY_DATABASE_URL": self.database_url}


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from environment variables."""
    home = environment.get("GEOPOLITY_HOME")
    return Settings(
        home=Path(home).absolute() if home else _default_home(),
        workers=_workers(environment.get("GEOPOLITY_WORKERS")),
        database_url=_database_url(environment.get("GEOPOLITY_DATABASE_URL")),
        public_url=_web_address("GEOPOLITY_PUBLIC_URL", environment),
        upload_mb=_megabytes("GEOPOLITY_UPLOAD_MB", environment, usual=50, least=1, most=10_000),
        request_memory_mb=_megabytes(
            "GEOPOLITY_REQUEST_MEMORY_MB", environment, usual=6_000, least=2_000, most=1_000_000
        ),
        job_memory_mb=_megabytes("GEOPOLITY_JOB_MEMORY_MB", environment, usual=10_000, least=4_000, most=1_000_000),
        page_memory_mb=_megabytes("GEOPOLITY_PAGE_MEMORY_MB", environment, usual=64, least=1, most=100_000),
        rate_limit=environment.get("GEOPOLITY_RATE_LIMIT") or "120/minute",
        least_free_mb=_megabytes("GEOPOLITY_LEAST_FREE_MB", environment, usual=500, least=1, most=1_000_000),
        vote_days=_vote_days(environment.get("GEOPOLITY_VOTE_DAYS")),
        geocoder_url=_web_address("GEOPOLITY_GEOCODER_URL", environment),
        smtp_url=_smtp_address(environment.get("GEOPOLITY_SMTP_URL")),
        mail_from=environment.get("GEOPOLITY_MAIL_FROM") or None,
        self_registration=_self_registration(environment.get("GEOPOLITY_SELF_REGISTRATION")),
        oidc_issuer=_web_address("GEOPOLITY_OIDC_ISSUER", environment),
        oidc_client_id=environment.get("GEOPOLITY_OIDC_CLIENT_ID") or None,
        oidc_client_secret=environment.get("GEOPOLITY_OIDC_CLIENT_SECRET") or None,
        oidc_roles_claim=environment.get("GEOPOLITY_OIDC_ROLES_CLAIM") or "roles",
    )


def _default_home() -> Path:
    checkout = Path(__file__).parents[1]
    if (checkout / "pyproject.toml").exists():
        return checkout / "var"
    import platformdirs  # noqa: PLC0415 - only an installed wheel needs it

    return Path(platformdirs.user_data_dir("geopolity"))


def _workers(text: str | None) -> int:
    if not text:
        return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    if not text.isdecimal() or int(text) < 1:
        raise SettingError(
            "GEOPOLITY_WORKERS is {text:quoted}; give the number of processes, for example 2.",
            text=text,
        )
    return int(text)


def _megabytes(name: str, environment: Mapping[str, str], *, usual: int, least: int, most: int) -> int:
    text = environment.get(name)
    if not text:
        return usual
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingError(
            "{setting} is {given:quoted}; give megabytes from {least} to {most}, for example {usual}.",
            setting=name,
            given=text,
            least=least,
            most=most,
            usual=usual,
        )
    return int(text)


def _vote_days(text: str | None) -> int:
    if not text:
        return 3
    if not text.isdecimal() or not 3 <= int(text) <= 365:
        raise SettingError(
            "GEOPOLITY_VOTE_DAYS is {text:quoted}; give days from 3 to 365: a vote may last longer than 3 days, and "
            "not shorter.",
            text=text,
        )
    return int(text)


def _self_registration(text: str | None) -> str | None:
    if not text:
        return None
    if text != "clerk" and not (text.startswith("claim:") and text.partition(":")[2]):
        raise SettingError(
            "GEOPOLITY_SELF_REGISTRATION is {text:quoted}; give clerk, or claim: and the name of the provider's claim "
            "that holds the unit where somebody lives.",
            text=text,
        )
    return text


def _smtp_address(text: str | None) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingError(
            "GEOPOLITY_SMTP_URL is no address of a mail server; give one such as smtp://USER:PASSWORD@HOST:587."
        )
    return text


def _web_address(name: str, environment: Mapping[str, str]) -> str | None:
    text = (environment.get(name) or "").rstrip("/")
    if not text:
        return None
    if not text.startswith(("https://", "http://")) or not text.partition("://")[2]:
        raise SettingError(
            "{name} is {text:quoted}; give an address such as https://geopolity.example.org.",
            name=name,
            text=text[:60],
        )
    return text


def _database_url(text: str | None) -> str | None:
    if not text:
        return None
    scheme, mark, rest = text.partition("://")
    if scheme.partition("+")[0] not in {"postgresql", "postgres"} or not mark:
        raise SettingError(
            "GEOPOLITY_DATABASE_URL begins with {scheme:quoted}; give a PostGIS database as "
            "postgresql://USER:PASSWORD@HOST/DATABASE, or leave it out to keep the store in a file.",
            scheme=scheme[:20],
        )
    return f"postgresql+psycopg://{rest}"
