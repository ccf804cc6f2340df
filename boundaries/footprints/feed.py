"""Files of a feed: those of a folder, or those that a page of this machine links to."""

from __future__ import annotations

import ipaddress
import urllib.error
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from boundaries.errors import FileError
from boundaries.footprints.events import SUFFIXES

LARGEST_BYTES = 200_000_000
MOST_FILES = 1_000
PATIENCE_S = 30.0


def files_of_feed(feed: str, kept: Path) -> list[Path]:
    """Files of a feed by name; those behind an address are fetched into a folder first.

    Raises
    ------
    FileError
        If it is no folder, an address of another machine, or cannot be fetched.
    """
    if "://" in feed:
        return _fetched(feed, kept)
    folder = Path(feed)
    if not folder.is_dir():
        raise FileError(
            "{feed} is no folder; give one in which files of events arrive, or an address of this machine.", feed=feed
        )
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


class _Here(urllib.request.HTTPRedirectHandler):
    """No other address is followed."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Follow nothing."""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what is linked to."""
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _fetched(address: str, kept: Path) -> list[Path]:
    if not _is_local(address):
        raise FileError(
            "{address} is not of this machine; mirror the feed into a folder, or serve it on 127.0.0.1.",
            address=address,
        )
    kind, content = _get(address)
    if kind != "text/html":
        return [_kept(address, content, kept)]
    page = _Links()
    page.feed(content.decode("utf-8", errors="replace"))
    links = [urljoin(address, link) for link in page.found]
    wanted = [link for link in dict.fromkeys(links) if urlsplit(link).path.lower().endswith(SUFFIXES)]
    here = [link for link in wanted if urlsplit(link)[:2] == urlsplit(address)[:2]]
    return sorted(_kept(link, _get(link)[1], kept) for link in here[:MOST_FILES])


def _is_local(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return parts.hostname == "localhost"


def _get(address: str) -> tuple[str, bytes]:
    opener = urllib.request.build_opener(_Here, urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=PATIENCE_S) as answer:
            content: bytes = answer.read(LARGEST_BYTES + 1)
            kind: str = answer.headers.get_content_type()
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise FileError("{address} cannot be fetched ({reason}).", address=address, reason=str(error)) from error
    if len(content) > LARGEST_BYTES:
        raise FileError("{address} is larger than 200 MB; make it smaller.", address=address)
    return kind, content


def _kept(address: str, content: bytes, kept: Path) -> Path:
    parts = [part for part in unquote(urlsplit(address).path).split("/") if part not in {"", ".", ".."}]
    file = kept.joinpath(*(part.replace("\\", "_").replace("\0", "_") for part in parts[-2:]))
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_bytes() != content:
        file.write_bytes(content)
    return file
