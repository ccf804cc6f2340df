"""No XML that this project reads may declare a type, in whatever encoding it hides it."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries import open_footprint
from boundaries.errors import FileError
from boundaries.footprints.events import event_of
from boundaries.vectors.readers import read_vector
from boundaries.xml import CHUNK_BYTES, root_name

ENCODINGS = {
    "utf-8": b"",
    "utf-8 with a mark": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-16-le without a mark": b"",
    "iso-8859-1": b"",
    "cp1252": b"",
}
KML = "<kml><Placemark><name>{}</name><Point><coordinates>1,1</coordinates></Point></Placemark></kml>"
ALERT = '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{}</identifier></alert>'
SHAKEMAP = '<shakemap_grid event_id="us1"><note>{}</note></shakemap_grid>'
TYPES = (
    '<!DOCTYPE a [<!ENTITY e "x">]>',
    '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
    '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]>',
    "<!DOCTYPE a>",
)


def written(encoding: str, text: str) -> bytes:
    codec = encoding.split(maxsplit=1)[0]
    said = codec.removesuffix("-le").removesuffix("-be")
    return ENCODINGS[encoding] + f'<?xml version="1.0" encoding="{said}"?>{text}'.encode(codec)


def packed(content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("doc.kml", content)
    return held.getvalue()


READERS = {
    "an alert": ("a.xml", ALERT, open_footprint),
    "a ShakeMap": ("grid.xml", SHAKEMAP, open_footprint),
    "an event": ("a.xml", ALERT, event_of),
    "KML": ("a.kml", KML, read_vector),
    "KMZ": ("a.kmz", KML, read_vector),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("declared", TYPES)
def test_no_reader_takes_a_type_in_any_encoding(tmp_path: Path, reader: str, encoding: str, declared: str) -> None:
    name, document, read = READERS[reader]
    content = written(encoding, declared + document.format("&e;"))
    (tmp_path / name).write_bytes(packed(content) if name.endswith("z") else content)
    with pytest.raises(FileError, match="declares a document type"):
        read(tmp_path / name)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_alert_in_any_encoding_is_read_where_it_declares_nothing(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.xml").write_bytes(written(encoding, ALERT.format("ford-1")))
    assert event_of(tmp_path / "a.xml").name == "ford-1"


def test_words_of_a_declaration_in_a_text_are_no_declaration(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(f"<!-- <!DOCTYPE x> -->{ALERT.format('<![CDATA[ford]]>')}<!-- <!ENTITY -->")
    assert event_of(tmp_path / "a.xml").name == "ford"


@given(st.integers(0, 3 * CHUNK_BYTES), st.sampled_from(sorted(ENCODINGS)))
def test_a_type_is_found_however_far_behind_it_stands(far: int, encoding: str) -> None:
    content = written(encoding, f"<!--{' ' * far}-->{TYPES[0]}<a/>")
    with pytest.raises(FileError, match="declares a document type"):
        root_name(io.BytesIO(content), Path("a.xml"))


@given(st.binary(max_size=200))
def test_any_bytes_have_a_root_or_a_sentence(content: bytes) -> None:
    try:
        said = root_name(io.BytesIO(content), Path("a.xml"))
    except FileError as error:
        said = str(error)
    assert said
