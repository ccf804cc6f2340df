"""XML documents, read without entities and by the names of their elements alone."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from boundaries.errors import FileError
from boundaries.paths import existing_file

LARGEST_BYTES = 200_000_000


def read_xml(path: Path) -> Element:
    """Root of a document; one that declares a type is refused, for that can name other files."""
    content = existing_file(path).read_bytes()
    if len(content) > LARGEST_BYTES or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise FileError("{path} is larger than 200 MB or declares entities; export it again without.", path=path)
    try:
        return ET.fromstring(content)  # noqa: S314 - entities are refused above
    except (ET.ParseError, ValueError, LookupError) as error:
        raise FileError("{path} is no XML ({reason}); export it again.", path=path, reason=str(error)) from error


def local_name(element: Element) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rsplit("}", 1)[-1]


def children(element: Element, name: str) -> list[Element]:
    """Children of that name."""
    return [child for child in element if local_name(child) == name]


def text_of(element: Element, name: str) -> str:
    """Text of the first child of that name, or nothing."""
    return next(((child.text or "").strip() for child in children(element, name)), "")
