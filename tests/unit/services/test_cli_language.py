"""The command line says what is wrong in the language of the terminal, and leaves with the same status."""

import pytest

import services.cli
from services.cli.printing import shown


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("C", "There is no file away.gpkg; check the name"),
        ("de_DE.UTF-8", "There is no file away.gpkg; check the name"),
        ("es_MX.UTF-8", "No existe el fichero away.gpkg; revise el nombre"),
        ("fr_FR.UTF-8", "Le fichier away.gpkg n'existe pas ; vérifiez le nom"),
    ],
)
def test_a_mistake_is_said_in_the_language_of_the_terminal(locale, words, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", locale)
    with pytest.raises(SystemExit) as left:
        services.cli.main(["layer", "add", "away.gpkg", "--name", "away"])
    assert left.value.code == 2
    said = capsys.readouterr()
    assert said.err.replace("\xa0", " ").startswith(words)
    assert said.out == ""


@pytest.mark.parametrize(
    ("locale", "header", "empty"),
    [
        ("C", "Issue", "No keys."),
        ("es_ES.UTF-8", "Asunto", "No hay claves."),
        ("fr_FR.UTF-8", "Enjeu", "Aucune clé."),
    ],
)
def test_tables_have_the_headers_of_the_terminal_s_language(locale, header, empty, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", locale)
    for command, words in ((["issue", "list"], header), (["key", "list"], empty)):
        with pytest.raises(SystemExit) as left:
            services.cli.main(command)
        assert left.value.code == 0
        assert capsys.readouterr().out.startswith(words)


def test_numbers_in_tables_are_those_of_the_language(monkeypatch):
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    assert (shown(1234567), shown(1234.5)) == ("1.234.567", "1.234,50")
    monkeypatch.setenv("LC_ALL", "C")
    assert (shown(1234567), shown(1234.5)) == ("1,234,567", "1,234.50")


def test_data_speaks_no_language(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GEOPOLITY_HOME", str(tmp_path / "home"))
    said = []
    for locale in ("C", "es_ES.UTF-8"):
        monkeypatch.setenv("LC_ALL", locale)
        with pytest.raises(SystemExit):
            services.cli.main(["issue", "list", "--json"])
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
