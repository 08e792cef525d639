import os

import pytest

from lookdev.spec import user
from lookdev.spec.user import this_host, this_user


def test_a_user_without_a_name_is_still_someone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert this_user()

    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(user.getpass, "getuser", nameless)
    assert this_user() == f"user {os.getuid()}"


def test_this_machine_has_a_name() -> None:
    assert this_host()
