"""A feed of events: each new version of a footprint becomes a derivation that waits, with what changed."""

import functools
import http.server
import json
import threading
from decimal import Decimal

import pytest

from boundaries.errors import FileError
from boundaries.footprints.events import event_of
from boundaries.footprints.feed import files_of_feed
from services.derivation import derive
from services.derivation.audit.folder import audit
from services.derivation.layers import Columns
from services.derivation.requests.issues import FootprintFile
from services.derivation.requests.request import request_of
from services.derivation.watching import Watch, look
from tests.unit.polity.test_derivation import square_layer

ALERT = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier><sent>{sent}</sent>'
    "<msgType>{kind}</msgType>{references}<info><event>Flood</event><headline>Flood at the ford</headline>"
    "<area><areaDesc>Ford</areaDesc><polygon>0,0 0,{east} 0.1,{east} 0.1,0 0,0</polygon></area></info></alert>"
)


def alert(file, identifier, *, east=0.2, kind="Alert", before=""):
    references = f"<references>,{before},2026-01-01T00:00:00+00:00</references>" if before else ""
    file.write_text(ALERT.format(identifier=identifier, sent="2026-01-02", kind=kind, references=references, east=east))


@pytest.fixture
def watching(tmp_path, monkeypatch):
    """Look at a feed on a square of 25 cells; returns what was new."""
    monkeypatch.setattr(derive, "_pdf", lambda _: None)
    layer = tmp_path / "squares.gpkg"
    square_layer().units.rename_axis("unit_id").reset_index().to_file(layer)
    columns = Columns(id_column="unit_id", population_column="population", name_column="name")

    def make(file):
        return request_of(
            tmp_path,
            footprint=FootprintFile(paths=(str(file),)),
            layers=(str(layer),),
            columns=columns,
            effort="interactive",
            changes={"coverage": Decimal("0.9")},
        )

    (tmp_path / "feed").mkdir()
    return lambda feed, keep=None: list(
        look(str(feed), Watch(out=tmp_path / "out", home=tmp_path, make=make, keep=keep))
    )


def test_a_new_version_waits_beside_the_last_with_what_changed(watching, tmp_path):
    feed, kept = tmp_path / "feed", []
    alert(feed / "a.xml", "ford-1")
    (first,) = watching(feed, lambda folder: kept.append(folder) or "kept")
    assert (first.event, first.version, first.figures["units"], first.said) == ("ford-1", 1, 2, "kept")
    assert first.figures["title"] == "Flood at the ford"
    assert watching(feed) == []
    alert(feed / "b.xml", "ford-2", east=0.4, before="ford-1")
    (second,) = watching(feed, lambda folder: kept.append(folder) or "kept")
    assert (second.event, second.version) == ("ford-1", 2)
    assert (second.figures["units_joined"], second.figures["units_left"]) == (2, 0)
    assert [folder.name for folder in kept] == ["v1", "v2"]
    assert (tmp_path / "out" / "ford-1" / "v2" / "diff.html").exists()
    assert all(str(sentence) for sentence in audit(tmp_path / "out" / "ford-1" / "v2"))
    alert(feed / "c.xml", "ford-3", kind="Cancel", before="ford-1")
    (over,) = watching(feed)
    assert (over.folder, str(over.said)) == ("", "Flood at the ford: cancelled by its source")


def test_what_cannot_be_read_is_said_once_and_the_rest_goes_on(watching, tmp_path):
    feed = tmp_path / "feed"
    (feed / "broken.xml").write_text("<alert>")
    alert(feed / "far.xml", "far")
    text = (feed / "far.xml").read_text()
    (feed / "far.xml").write_text(text.replace("0,0 0,0.2 0.1,0.2 0.1,0 0,0", "50,50 50,51 51,51 51,50 50,50"))
    broken, far = watching(feed)
    assert "is no XML" in str(broken.said)
    assert "touches no unit" in str(far.said)
    assert watching(feed) == []
    kept = json.loads((tmp_path / "out" / "watch.json").read_text())["versions"]
    assert [(one["key"], one["state"]) for one in kept] == [("", "refused"), ("far", "refused")]


def test_an_address_of_this_machine_is_a_feed_and_no_other_is(watching, tmp_path):
    alert(tmp_path / "feed" / "a.xml", "ford-1")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path / "feed"))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        (found,) = watching(f"http://127.0.0.1:{server.server_address[1]}/")
    finally:
        server.shutdown()
        server.server_close()
    assert (found.event, found.figures["units"]) == ("ford-1", 2)
    for address in ("http://feeds.example/", "file:///etc/", "http://10.0.0.1/"):
        with pytest.raises(FileError, match="not of this machine"):
            files_of_feed(address, tmp_path / "out")
    with pytest.raises(FileError, match="no folder"):
        files_of_feed(str(tmp_path / "none"), tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "event", "version"),
    [
        ("al092024_5day_012.zip", "al092024", "012"),
        ("AL092024-013A.kmz", "al092024", "013a"),
        ("plume-v3.geojson", "plume", "3"),
        ("plume advisory 12.geojson", "plume", "12"),
        ("plume.geojson", "plume", ""),
        ("Plume_2026-11-29.geojson", "plume", "2026-11-29"),
        ("plume-2026-11-29t06:30.kml", "plume", "2026-11-29t06:30"),
    ],
)
def test_files_are_known_by_their_names(name, event, version, tmp_path):
    found = event_of(tmp_path / name)
    assert (found.name, found.version) == (event, version)


def test_a_shakemap_names_its_event_and_version(tmp_path):
    file = tmp_path / "grid.xml"
    file.write_text(
        '<shakemap_grid event_id="us7000abcd" shakemap_version="4"><event event_description="Northridge"/>'
        "</shakemap_grid>"
    )
    found = event_of(file)
    assert (found.name, found.version, found.title) == ("us7000abcd", "4", "Northridge")
