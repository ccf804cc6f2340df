"""Files of a feed: those of a folder, or those that a page of this machine links to.

What cannot be had is said, and stops nothing else.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import os
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from boundaries.errors import FileError
from boundaries.footprints.events import SUFFIXES

FETCHED = ".feed"
"""Folder under ``out`` that holds what was fetched."""
LARGEST_BYTES = 200_000_000
LONGEST_NAME_BYTES = 150
MOST_FILES = 1_000
PATIENCE_S = 30.0
NO_FEEDS = ("watch.json", "certificate.json")
"""Files that say: what lies in this folder was derived, and is nobody's footprint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What a feed names, and why it could not be had."""

    name: str
    why: FileError


def files_of_feed(feed: str, out: Path) -> list[Path | Missed]:
    """Files of a feed by name; those behind an address are fetched into a folder under ``out`` first.

    Raises
    ------
    FileError
        If it is no folder, an address of another machine, or cannot be fetched; if ``out`` is or holds the feed.
    """
    found = _fetched(feed, out / FETCHED) if "://" in feed else _in_folder(feed, out)
    return sorted(found, key=lambda one: (isinstance(one, Missed), str(one)))


def _in_folder(feed: str, out: Path) -> Iterator[Path | Missed]:
    folder, own = Path(feed), out.resolve()
    if not folder.is_dir():
        raise FileError(
            "{feed} is no folder; give one in which files of events arrive, or an address of this machine.", feed=feed
        )
    if folder.resolve().is_relative_to(own):
        raise FileError(
            "The feed {feed} lies in {out}, where folders are written; give --out a folder beside the feed.",
            feed=feed,
            out=out,
        )
    closed: list[OSError] = []
    for top, below, names in os.walk(folder, onerror=closed.append):
        is_feed = not any(name in NO_FEEDS for name in names)
        below[:] = [name for name in below if is_feed and not _is_ours(Path(top, name), own)]
        yield from (one for name in names if is_feed for one in _wanted(Path(top, name), own))
    yield from (Missed(name=str(error.filename), why=_unreadable(str(error.filename), error)) for error in closed)


def _is_ours(path: Path, own: Path) -> bool:
    """Whether it is hidden, as what is half written is, or lies where the folders are written."""
    return path.name.startswith(".") or path.resolve().is_relative_to(own)


def _wanted(file: Path, own: Path) -> Iterator[Path | Missed]:
    if file.suffix.lower() not in SUFFIXES:
        return
    try:
        if not _is_ours(file, own) and stat.S_ISREG(file.stat().st_mode):
            yield file
    except (OSError, RuntimeError) as error:  # a link in a circle, or into a folder that is closed
        yield Missed(name=file.name, why=_unreadable(file, error))


def _unreadable(file: Path | str, error: Exception) -> FileError:
    return FileError("{path} cannot be opened ({reason}); allow it to be read.", path=file, reason=str(error))


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


def _fetched(address: str, kept: Path) -> Iterator[Path | Missed]:
    if not _is_local(address):
        raise FileError(
            "{address} is not of this machine; mirror the feed into a folder, or serve it on 127.0.0.1.",
            address=address,
        )
    kind, content = _get(address)
    if kind != "text/html":
        yield _kept(address, content, kept)
        return
    page = _Links()
    page.feed(content.decode("utf-8", errors="replace"))
    links = {}
    for said in dict.fromkeys(page.found):
        try:
            link = _whole(address, said)
        except ValueError as error:
            yield Missed(name=said, why=_unfetched(said, error))
        else:
            links[link] = said
    wanted = [link for link in links if _is_wanted(link, address)]
    for link in wanted[:MOST_FILES]:
        try:
            yield _kept(link, _get(link)[1], kept)
        except FileError as error:
            yield Missed(name=links[link], why=error)
    if len(wanted) > MOST_FILES:
        yield Missed(name=address, why=_too_many(address, len(wanted)))


def _whole(address: str, link: str) -> str:
    """The address that a link leads to, its blanks and letters encoded as browsers do."""
    whole = quote(urldefrag(urljoin(address, link.strip())).url, safe="%/:=&?~#+!$,;'@()*[]")
    urlsplit(whole)
    return whole


def _is_wanted(link: str, address: str) -> bool:
    return urlsplit(link).path.lower().endswith(SUFFIXES) and urlsplit(link)[:2] == urlsplit(address)[:2]


def _too_many(address: str, number: int) -> FileError:
    return FileError(
        "{address} links to {number:count} files, of which the first {most:count} are looked at; take old ones away.",
        address=address,
        number=number,
        most=MOST_FILES,
    )


def _is_local(address: str) -> bool:
    try:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return False
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


def _get(address: str) -> tuple[str, bytes]:
    opener = urllib.request.build_opener(_Here, urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=PATIENCE_S) as answer:
            content: bytes = answer.read(LARGEST_BYTES + 1)
            kind: str = answer.headers.get_content_type()
    except (OSError, ValueError, urllib.error.URLError, http.client.HTTPException) as error:
        raise _unfetched(address, error) from error
    if len(content) > LARGEST_BYTES:
        raise FileError("{address} is larger than 200 MB; make it smaller.", address=address)
    return kind, content


def _unfetched(address: str, error: Exception) -> FileError:
    return FileError(
        "{address} cannot be fetched ({reason}); once it can be, the next look takes it.",
        address=address,
        reason=str(error),
    )


def _kept(address: str, content: bytes, kept: Path) -> Path:
    """Keep what an address gave under its last two names, in a folder of that address alone."""
    parts = [part for part in unquote(urlsplit(address).path).split("/") if part not in {"", ".", ".."}]
    alone = hashlib.sha256(address.encode()).hexdigest()[:16]
    file = kept.joinpath(alone, *(_short(part) for part in parts[-2:])) if parts else kept / alone / "feed"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)
    except (OSError, ValueError) as error:
        raise FileError(
            "{path} cannot be written ({reason}); it is fetched again at the next look.", path=file, reason=str(error)
        ) from error
    return file


def _short(part: str) -> str:
    """A name that any disk takes: its last letters, which say what it is and which version."""
    plain = part.replace("\\", "_").replace("\0", "_").encode("utf-8", "replace")
    return plain[-LONGEST_NAME_BYTES:].decode("utf-8", "ignore")
