"""Adding postcodes by the command line, and finding them."""

from __future__ import annotations

import json


def test_a_table_is_added_listed_found_and_forgotten(command, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    file = tmp_path / "codes.csv"
    file.write_text("postcode,latitude,longitude,place\n50667,50.938,6.957,Köln\n,1,1,\n", encoding="utf-8")
    refused = command("places", "add", file)
    assert (refused.status, "--country" in refused.err) == (2, True)
    added = command("places", "add", file, "--country", "Germany", "--json")
    assert json.loads(added.out) == {
        "source": "codes.csv",
        "format": "CSV",
        "postcodes": 1,
        "left_out": {"without a code": 1},
    }
    assert "1 postcodes of codes.csv (CSV) are known now." in command("places", "add", file, "--country", "DE").out
    assert json.loads(command("places", "list", "--json").out) == [
        {"source": "codes.csv", "country": "DE", "postcodes": 1}
    ]
    found = json.loads(command("lookup", "--place", "50667 Köln", "--json").out)
    assert found["place"] == "Köln, Germany 50667"
    assert "1 postcodes of codes.csv are forgotten." in command("places", "forget", "codes.csv").out
    assert "No table was added yet." in command("places", "list").out


def test_several_places_are_a_table_and_no_error(command, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    said = command("lookup", "--place", "Springfield")
    assert said.status == 0
    assert "Several places fit" in said.out
    assert "Springfield, Missouri, United States" in said.out
    assert "add a region or country to narrow it" in said.out
    near = command("lookup", "--place", "Sprngfield, IL")
    assert (near.status, "spelt nearly so" in near.out) == (0, True)
    nonsense = command("lookup", "--place", "qwzxvkpt")
    assert (nonsense.status, "No place called 'qwzxvkpt' is known" in nonsense.err) == (2, True)


def test_a_file_of_addresses_is_added_listed_found_and_forgotten(command, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    file = tmp_path / "houses.csv"
    file.write_text(
        "number,street,city,country,lat,lon\n12,Mill Street,Aville,FR,45.5,4.5\n12,Mill Street,Bville,FR,46.5,4.5\n"
        ",Mill Street,Aville,FR,45.5,4.5\n",
        encoding="utf-8",
    )
    added = json.loads(command("places", "add", file, "--json").out)
    assert (added["addresses"], added["streets"], added["left_out"]) == (2, 2, {"without a number": 1})
    assert "2 addresses in 2 streets of houses.csv (CSV) are known now." in command("places", "add", file).out
    assert json.loads(command("places", "list", "--json").out) == [
        {"source": "houses.csv", "addresses": 2, "streets": 2}
    ]
    choices = command("lookup", "--address", "12 mill st")
    assert (choices.status, "Several addresses fit" in choices.out) == (0, True)
    found = json.loads(command("lookup", "--address", "12 mill st aville", "--json").out)
    assert (found["place"], found["point"]) == ("12 Mill Street, Aville, France", {"lon": 4.5, "lat": 45.5})
    assert "2 addresses of houses.csv are forgotten." in command("places", "forget", "houses.csv").out
    refused = command("lookup", "--address", "12 mill st aville")
    assert (refused.status, "Streets are not known here" in refused.err) == (2, True)
