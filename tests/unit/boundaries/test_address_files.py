"""Files of addresses as they are published, a few lines of each written by hand."""

from __future__ import annotations

import gzip
import json
import zipfile

import geopandas as gpd
import pytest
from shapely.geometry import LineString

from boundaries.addresses.address import House, Range, StreetName
from boundaries.addresses.files import open_addresses
from boundaries.errors import FileError

OPEN = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n"
NAD = (
    "OID_,State,County,Inc_Muni,Uninc_Comm,Post_Comm,Zip_Code,StN_PreMod,StN_PreDir,StN_PreTyp,StN_PreSep,StreetName,"
    "StN_PosTyp,StN_PosDir,StN_PosMod,AddNum_Pre,Add_Number,AddNum_Suf,Unit,Longitude,Latitude\n"
)
BAN = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;x;y;lon;lat\n"


def _read(file, country=None):
    with open_addresses(file, country) as opened:
        return (None, [], {}) if opened is None else (opened.format, list(opened.rows), dict(opened.left_out))


def _written(tmp_path, text, name="some.csv"):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_open_addresses_as_csv(tmp_path):
    file = _written(tmp_path, OPEN + "-72.1,44.5,12,MAIN ST,,WOLCOTT,,VT,05680,1,a\n-72.1,44.5,,MAIN ST,,,,,,2,b\n")
    kind, rows, left_out = _read(file, "US")
    street = StreetName("MAIN ST", "WOLCOTT", "VT", "05680", "US")
    assert (kind, rows, left_out) == ("OpenAddresses", [House(street, "12", -72.1, 44.5)], {"without a number": 1})


def test_open_addresses_as_geojson_lines(tmp_path):
    known = {"hash": "a", "number": "5 bis", "street": "Rue Haute", "unit": "", "city": "Lyon", "district": ""}
    feature = {
        "type": "Feature",
        "properties": known | {"region": "", "postcode": "69001", "id": ""},
        "geometry": {"type": "Point", "coordinates": [4.8, 45.7]},
    }
    lines = json.dumps(feature) + "\n" + json.dumps(feature | {"geometry": None}) + "\n"
    packed = tmp_path / "lyon.geojson.gz"
    packed.write_bytes(gzip.compress(lines.encode()))
    kind, rows, left_out = _read(packed, "France")
    assert kind == "OpenAddresses"
    assert rows == [House(StreetName("Rue Haute", "Lyon", "", "69001", "FR"), "5 bis", 4.8, 45.7)]
    assert left_out == {"without a place": 1}


def test_the_national_address_database_joins_the_parts_of_a_street(tmp_path):
    line = "1,MO,Greene,Springfield,,SPRINGFIELD,65802,,North,,,Grant,Avenue,,,,210,A,2,-93.3,37.2\n"
    kind, rows, _ = _read(_written(tmp_path, NAD + line))
    street = StreetName("North Grant Avenue", "SPRINGFIELD", "MO", "65802", "US")
    assert (kind, rows) == ("NAD", [House(street, "210 A", -93.3, 37.2)])


def test_a_town_that_a_us_file_leaves_out_is_that_of_its_postcode(tmp_path):
    _, rows, _ = _read(_written(tmp_path, OPEN + "-72.1,44.5,12,MAIN ST,,,,,05680-0001,1,a\n"), "US")
    assert rows[0].street == StreetName("MAIN ST", "Wolcott", "VT", "05680", "US")


def test_the_french_base(tmp_path):
    text = BAN + "1;;8;ter;Rue de l'Église;38000;38185;Grenoble;1;2;5.72;45.18\n"
    zipped = tmp_path / "adresses-38.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("readme.txt", "words " * 500)
        archive.writestr("adresses-38.csv", text)
    kind, rows, _ = _read(zipped)
    street = StreetName("Rue de l'Église", "Grenoble", "", "38000", "FR")
    assert (kind, rows) == ("BAN", [House(street, "8 ter", 5.72, 45.18)])


def test_ranges_of_tiger_lie_beside_their_line_by_side(tmp_path):
    known = {"FULLNAME": ["Main St"], "LFROMHN": ["101"], "LTOHN": ["199"], "RFROMHN": [None], "RTOHN": [None]}
    known |= {"ZIPL": ["05680"], "ZIPR": [None], "PARITYL": ["O"], "PARITYR": [None]}
    line = LineString([(-72.1, 44.5), (-72.1, 44.6)])
    file = tmp_path / "tl_2025_50015_addrfeat.shp"
    gpd.GeoDataFrame(known, geometry=[line], crs="EPSG:4269").to_file(file)
    kind, rows, left_out = _read(file)
    (found,) = rows
    assert (kind, left_out) == ("TIGER", {"sides without numbers": 1})
    assert isinstance(found, Range)
    assert (found.street, found.first, found.last, found.parity) == (
        StreetName("Main St", "Wolcott", "VT", "05680", "US"),
        101,
        199,
        "odd",
    )
    assert all(lon < -72.1 for lon, _ in found.line), "northwards, the left is the west"


def test_a_plain_table_and_one_without_addresses(tmp_path):
    kind, rows, _ = _read(_written(tmp_path, "Straße,Hausnummer,Ort,PLZ,lat,lon\nGraben,3,Wien,1010,48.2,16.3\n"), "AT")
    assert (kind, rows) == ("CSV", [House(StreetName("Graben", "Wien", "", "1010", "AT"), "3", 16.3, 48.2)])
    assert _read(_written(tmp_path, "postcode,latitude,longitude\n1010,48.2,16.3\n"), "AT")[0] is None


@pytest.mark.parametrize(
    ("text", "country", "said"),
    [
        (OPEN + "-72.1,44.5,12,MAIN ST,,W,,VT,05680,1,a\n", None, "say it with --country"),
        (OPEN + "-72.1,444.5,12,MAIN ST,,W,,VT,05680,1,a\n", "US", "line 2.*'444.5'.*no latitude"),
        (OPEN + "-72.1,44.5,12,MAIN ST,,W,,VT,05680,1,a\n", "Atlantis", "'Atlantis' is no country"),
        ("number,street\n1,Graben\n", "AT", "no column with the longitude"),
        (
            '{"type":"Feature","properties":{"hash":"","number":"1","street":"a","city":"","region":"","postcode":""}}\n{x\n',
            "AT",
            "line 2 is no GeoJSON",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_what_is_wrong(tmp_path, text, country, said):
    with pytest.raises(FileError, match=said):
        _read(_written(tmp_path, text), country)
