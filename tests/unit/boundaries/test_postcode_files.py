"""Files of postcodes as they are published: GeoNames, ONS, plain CSV; whatever is left out is counted."""

from __future__ import annotations

import zipfile

import pytest

from boundaries.errors import ColumnError, FileError
from boundaries.gazetteer.postcode_files import open_postcodes

GEONAMES = "FR\t75001\tParis 01 Louvre\tÎle-de-France\t11\tParis\t75\tParis\t751\t48.8592\t2.3417\t5\n"
ONS = "pcd,pcds,dointr,doterm,ctry,lat,long\nSW1A1AA,SW1A 1AA,198001,,E92000001,51.501009,-0.141588\n"


def _read(path, country=None):
    with open_postcodes(path, country) as opened:
        return (
            opened.format,
            [(one.country, one.code, one.name, one.lon, one.lat) for one in opened.rows],
            opened.left_out,
        )


def test_geonames_postal_files_have_twelve_columns_and_no_header(tmp_path):
    file = tmp_path / "FR.txt"
    file.write_text(GEONAMES + GEONAMES.replace("75001", "75002").replace("48.8592", ""), encoding="utf-8")
    assert _read(file) == ("GeoNames", [("FR", "75001", "Paris 01 Louvre", 2.3417, 48.8592)], {"without a place": 1})


def test_geonames_zip_is_read_beside_its_readme(tmp_path):
    with zipfile.ZipFile(tmp_path / "FR.zip", "w") as archive:
        archive.writestr("readme.txt", "This work is licensed " * 100)
        archive.writestr("FR.txt", GEONAMES)
    assert _read(tmp_path / "FR.zip")[1][0][:2] == ("FR", "75001")


def test_ons_directory_leaves_out_what_ended_or_has_no_grid_reference(tmp_path):
    file = tmp_path / "ONSPD.csv"
    ended = "AB10AA,AB1 0AA,198001,199606,S92000003,57.1,-2.2\n"
    nowhere = "JE23AA,JE2 3AA,198001,,L93000001,99.999999,0.000000\n"
    file.write_text(ONS + ended + nowhere)
    read = _read(file)
    assert read == ("ONS", [("GB", "SW1A 1AA", "", -0.141588, 51.501009)], {"ended": 1, "without a place": 1})


def test_a_plain_table_needs_its_country(tmp_path):
    file = tmp_path / "plz.csv"
    file.write_text("PLZ;Ort;Latitude;Longitude\n50667;Köln;50.938;6.957\n", encoding="utf-8")
    assert _read(file, "Deutschland")[1] == [("DE", "50667", "Köln", 6.957, 50.938)]
    with pytest.raises(ColumnError, match="say of which country it is with --country"):
        _read(file)
    with pytest.raises(FileError, match="'Narnia' is no country"):
        _read(file, "Narnia")


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("a,b\n1,2\n", ColumnError, "no file of postcodes.*it has a, b"),
        ("", FileError, "is empty; export it again"),
        ("postcode,lat,lon,country\nX1,91,0,GB\n", FileError, "line 2: '91', '0' is no latitude"),
        ("postcode,lat,lon,country\nX1,north,0,GB\n", FileError, "line 2: 'north'"),
        (GEONAMES + "FR\t75002\n", FileError, "line 2: 2 columns where GeoNames has 12"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_way_out(tmp_path, text, kind, said):
    file = tmp_path / "codes.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(kind, match=said):
        _read(file)
