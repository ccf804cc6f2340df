from __future__ import annotations

import pytest

from services.settings import SettingError, read_settings


def test_home_of_a_checkout_is_its_var_folder():
    assert read_settings({}).home.name == "var"


def test_relative_home_becomes_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert read_settings({"GEOPOLITY_HOME": "state"}).home == tmp_path / "state"


def test_everything_lives_under_home(tmp_path):
    settings = read_settings({"GEOPOLITY_HOME": str(tmp_path)})
    for place in (settings.out, settings.error_log, settings.kernel_cache):
        assert place.is_relative_to(tmp_path)


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5"])
def test_workers_that_are_no_count_are_refused_by_value(text):
    with pytest.raises(SettingError, match="GEOPOLITY_WORKERS"):
        read_settings({"GEOPOLITY_WORKERS": text})
