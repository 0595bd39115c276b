"""The file of users, their passwords, and the limit on attempts to log in."""

from __future__ import annotations

import asyncio
import logging

import argon2
import pytest

from calcqa.errors import InputError
from calcqa.server import auth
from calcqa.server.auth import Login, Users, load_users, user_line
from calcqa.server.middleware import Refused, client_of

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "open sesame"


def users(**passwords):
    return Users({name: CHEAP.hash(password) for name, password in passwords.items()})


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "users"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path

    return write


# --- the file and the passwords ---------------------------------------------------------------------------------------


def test_a_line_that_was_made_lets_its_name_in_with_its_password_and_no_other(file):
    found = load_users(file(f"# our users\n\n{user_line('anna', SECRET)}\n{user_line('Бob 2', 'other secret')}\n"))
    assert len(found) == 2
    assert found.check("anna", SECRET) and found.check("Бob 2", "other secret")
    assert not found.check("anna", "other secret") and not found.check("anna", "") and not found.check("Anna", SECRET)
    assert not found.check("nobody", SECRET)


def test_the_same_password_makes_another_line_each_time():
    assert user_line("anna", SECRET) != user_line("anna", SECRET)
    assert SECRET not in user_line("anna", SECRET) and user_line("anna", SECRET).startswith("anna:$argon2id$")


def test_an_unknown_name_costs_what_a_wrong_password_costs(monkeypatch):
    found = users(anna=SECRET)
    seen = []
    verify = argon2.PasswordHasher.verify

    def spy(hasher, digest, password):
        seen.append(argon2.extract_parameters(digest))
        return verify(hasher, digest, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", spy)
    assert not found.check("anna", "wrong") and not found.check("nobody", "wrong")
    assert len(seen) == 2 and seen[0] == seen[1]


def test_not_even_the_password_that_is_tried_for_unknown_names_lets_them_in(monkeypatch):
    monkeypatch.setattr(auth.secrets, "token_urlsafe", lambda: "the dummy's own")
    assert not users(anna=SECRET).check("nobody", "the dummy's own")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("anna:open sesame", "line 1: this is not name:hash"),
        ("# first\nanna", "line 2: this is not name:hash"),
        ("{line}\n:{digest}", "line 2: this is not name:hash"),
        ("anna:$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$", "line 1"),
        ("anna:$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m", "line 1"),
        ("anna:$argon2id$v=19$m=0,t=0,p=0$c2FsdHNhbHQ$YWJjZGVmZ2g", "line 1"),
        ("anna:$argon2id$v=19$m=4294967295,t=3,p=4$c2FsdHNhbHQ$YWJjZGVmZ2g", "line 1"),
        ("anna:$argon2id$v=19$m=65536,t=99999,p=4$c2FsdHNhbHQ$YWJjZGVmZ2g", "line 1"),
        ("anna:$argon2id$v=19$m=65536,t=3,p=9999$c2FsdHNhbHQ$YWJjZGVmZ2g", "line 1"),
        ("anna:$argon2id$v=19$m=65536,t=3,p=4$c2$YWJjZGVmZ2g", "line 1"),
        ("anna:$argon2id$v=19$m=" + "9" * 5_000 + ",t=3,p=4$c2FsdHNhbHQ$YWJjZGVmZ2g", "line 1"),
        ("{line}\n{line}", "line 2: anna is named twice"),
        ("# nobody\n", "names no user"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_line_and_without_its_secrets(file, text, says):
    line = user_line("anna", SECRET)
    with pytest.raises(InputError, match=says) as error:
        load_users(file(text.format(line=line, digest=line.partition(":")[2])))
    assert "sesame" not in str(error.value) and "$" not in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="Cannot read"):
        load_users(tmp_path / "none")
    (tmp_path / "latin").write_bytes(b"m\xfcller:x")
    with pytest.raises(InputError, match="not UTF-8"):
        load_users(tmp_path / "latin")


def test_a_file_everybody_may_read_is_warned_of(file, caplog):
    path = file(user_line("anna", SECRET))
    load_users(path)
    assert caplog.records == []
    path.chmod(0o644)
    load_users(path)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING and record.message == "users_exposed"


@pytest.mark.parametrize("name", ["", " anna", "anna ", "an:na", "#anna", "an\nna"])
def test_a_name_that_would_break_the_file_is_refused(name):
    with pytest.raises(InputError, match="A name"):
        user_line(name, SECRET)


def test_a_short_password_is_refused():
    with pytest.raises(InputError, match="at least 8"):
        user_line("anna", "1234567")
    assert user_line("anna", "12345678")


# --- the limit --------------------------------------------------------------------------------------------------------


class Clock:
    """The time `limits` reads, moved by hand."""

    def __init__(self, monkeypatch):
        self.now = 1_000_000.0
        monkeypatch.setattr("time.time", lambda: self.now)


class Counting(Users):
    """Counts how often a password is looked at."""

    looked = 0

    def check(self, name, password):
        self.looked += 1
        return super().check(name, password)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def login():
    """Try to log in: `login(name, password, client)` is True, False, or the seconds to wait."""
    login = Login(Counting({"anna": CHEAP.hash(SECRET), "bob": CHEAP.hash(SECRET)}))

    def attempt(name, password, client="10.0.0.1"):
        try:
            return asyncio.run(login.check(name, password, client))
        except Refused as error:
            assert error.status == 429 and error.headers["Retry-After"] in error.detail
            return int(error.headers["Retry-After"])

    attempt.looked = lambda: login._users.looked
    return attempt


def test_after_five_failures_of_a_name_from_an_address_nothing_is_looked_at_until_five_minutes_have_passed(
    clock, login
):
    for _ in range(5):
        assert login("anna", "wrong") is False
        clock.now += 10
    looked = login.looked()
    assert login("anna", SECRET) == 250
    assert login.looked() == looked
    assert login("anna", SECRET, "10.0.0.2") is True and login("bob", SECRET) is True
    clock.now += 251
    assert login("anna", SECRET) is True


def test_after_twenty_failures_from_an_address_no_name_is_looked_at(clock, login):
    for number in range(20):
        assert login(f"name {number}", "wrong") is False
    assert login("bob", SECRET) == 300
    assert login("bob", SECRET, "10.0.0.2") is True


def test_who_gets_in_begins_to_count_anew(clock, login):
    for _ in range(3):
        for _ in range(4):
            assert login("anna", "wrong") is False
        assert login("anna", SECRET) is True


def test_attempts_side_by_side_do_not_slip_past_the_count(clock):
    login = Login(users(anna=SECRET))

    async def many():
        attempts = (login.check("anna", "wrong", "10.0.0.1") for _ in range(12))
        return await asyncio.gather(*attempts, return_exceptions=True)

    outcomes = asyncio.run(many())
    assert outcomes.count(False) == 5 and sum(isinstance(o, Refused) for o in outcomes) == 7


def test_an_address_that_is_made_up_each_time_lifts_no_limit(clock, login):
    assert login("anna", SECRET, "192.0.2.1") is True
    for number in range(100):
        assert login("anna", "wrong", f"10.0.{number}.1") is False
    looked = login.looked()
    assert login("anna", SECRET, "10.1.0.1") == 3_600
    assert login.looked() == looked
    assert login("anna", SECRET, "192.0.2.1") is True  # from where anna came in before
    assert login("bob", SECRET, "10.1.0.1") is True
    clock.now += 3_601
    assert login("anna", SECRET, "10.1.0.1") is True


def test_a_right_attempt_does_not_wait_behind_all_those_of_another_address(clock):
    order = []

    class Slow(Users):
        def check(self, name, password):
            order.append(name)
            return super().check(name, password)

    login = Login(Slow({name: CHEAP.hash(SECRET) for name in ("anna", "bob")}))

    async def many():
        flood = [asyncio.create_task(login.check(f"name {n}", "wrong", "10.0.0.1")) for n in range(50)]
        right = asyncio.create_task(login.check("bob", SECRET, "10.0.0.2"))
        await asyncio.gather(*flood, right, return_exceptions=True)
        return right.result()

    assert asyncio.run(many()) is True
    assert order.index("bob") <= auth._WAITING  # of fifty, so many were let wait; the others were turned away


def test_attempts_are_logged_by_name_and_without_password(login, caplog):
    caplog.set_level(logging.INFO, "calcqa")
    login("anna", SECRET)
    login("anna", "wrong horse")
    assert [r.fields["outcome"] for r in caplog.records] == ["in", "refused"]
    assert all(r.fields["user"] == "anna" and r.fields["client"] == "10.0.0.1" for r in caplog.records)
    assert SECRET not in str([r.__dict__ for r in caplog.records])
    assert "horse" not in str([r.__dict__ for r in caplog.records])


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("a.proxy", "a.proxy"),
        (None, "unknown"),
    ],
)
def test_one_customer_is_one_address(host, counted):
    assert client_of({"client": (host, 1) if host else None}) == counted
