"""Which folders are restricted to their owner."""

import pytest

from henk_pipeline.file_modes import restrict_home


@pytest.mark.parametrize(("before", "after"), [(0o755, 0o700), (0o775, 0o700), (0o700, 0o700), (0o1777, 0o1777), (0o777, 0o777)])
def test_a_home_is_its_owners_but_not_a_folder_that_everybody_writes_to(tmp_path, before, after):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(before)
    restrict_home(home, None)
    assert home.stat().st_mode & 0o7777 == after


def test_a_users_home_directory_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    tmp_path.chmod(0o755)
    restrict_home(tmp_path, None)
    assert tmp_path.stat().st_mode & 0o7777 == 0o755
