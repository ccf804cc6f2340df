"""The command line says what is wrong in the language of the terminal, and leaves with the same status."""

import pytest

import services.cli


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
