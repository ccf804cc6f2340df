"""XML documents, read without entities and by the names of their elements alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element
from xml.parsers import expat

from boundaries.errors import FileError
from boundaries.paths import existing_file

LARGEST_BYTES = 200_000_000
CHUNK_BYTES = 65_536


def read_xml(path: Path) -> Element:
    """Root of a document; one that declares a type is refused, for that can name other files."""
    content = existing_file(path).read_bytes()
    if len(content) > LARGEST_BYTES:
        raise FileError("{path} is larger than 200 MB; make it smaller.", path=path)
    root_name(io.BytesIO(content), path)
    try:
        return ET.fromstring(content)  # noqa: S314 - a declared type, and with it every entity, is refused above
    except (ET.ParseError, ValueError, LookupError) as error:
        raise _no_xml(path, error) from error


def root_name(file: BinaryIO, named: Path) -> str:
    """Local name of the element that holds all others, as the parser finds it in whatever encoding.

    A type, and the entities in it, can be declared only before that element, so nothing behind it is read.

    Raises
    ------
    FileError
        If a type is declared, or there is no such element.
    """
    parser = expat.ParserCreate()

    def on_type(*_: object) -> None:
        raise FileError(
            "{path} declares a document type, and with it perhaps entities, which can name other files; export it "
            "again without.",
            path=named,
        )

    def on_element(name: str, _: object) -> None:
        raise _RootFound(name)

    parser.StartDoctypeDeclHandler = on_type
    parser.StartElementHandler = on_element
    try:
        while chunk := file.read(CHUNK_BYTES):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except _RootFound as found:
        return str(found).rsplit(":", 1)[-1]
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _no_xml(named, error) from error
    raise AssertionError  # pragma: no cover - a document without an element is an error of the parser


def local_name(element: Element) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


def children(element: Element, name: str) -> list[Element]:
    """Children of that name."""
    return [child for child in element if local_name(child) == name]


def text_of(element: Element, name: str) -> str:
    """Text of the first child of that name, or nothing."""
    return next(((child.text or "").strip() for child in children(element, name)), "")


class _RootFound(Exception):
    """The search for the first element is over."""


def _no_xml(path: Path, error: Exception) -> FileError:
    return FileError("{path} is no XML ({reason}); export it again.", path=path, reason=str(error))
