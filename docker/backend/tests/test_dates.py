"""Days as people write them."""

from datetime import date

import pytest

from app.chat.dates import name_date, read_date, split_date

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", date(2026, 11, 25)),
        ("Tonight", date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 26)),
        ("day after tomorrow", date(2026, 11, 27)),
        ("thursday", date(2026, 11, 26)),
        ("tuesday", date(2026, 12, 1)),
        ("wednesday", date(2026, 12, 2)),
        ("this Fri", date(2026, 11, 27)),
        ("next monday", date(2026, 11, 30)),
        ("thurs", date(2026, 11, 26)),
        ("next week", date(2026, 11, 30)),
        ("next month", date(2026, 12, 25)),
        ("in 3 days", date(2026, 11, 28)),
        ("in a week", date(2026, 12, 2)),
        ("in 2 months", date(2027, 1, 25)),
        ("2026-12-01", date(2026, 12, 1)),
        ("12 december", date(2026, 12, 12)),
        ("12th of December", date(2026, 12, 12)),
        ("december 12", date(2026, 12, 12)),
        ("dec 12, 2028", date(2028, 12, 12)),
        ("1 sept", date(2027, 9, 1)),
        ("25 november", date(2026, 11, 25)),
        ("24 november", date(2027, 11, 24)),
        ("29 february", date(2028, 2, 29)),
        ("31 february", None),
        ("2026-02-30", None),
        ("in 9999 months", date(2860, 2, 25)),
        ("12 december 0000", None),
        ("someday", None),
        ("monda", None),
        ("", None),
    ],
)
def test_reading(text: str, expected: date | None) -> None:
    assert read_date(text, WEDNESDAY) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(31, date(2027, 2, 28)), (30, date(2027, 2, 28)), (28, date(2027, 2, 28)), (1, date(2027, 2, 1))],
)
def test_a_month_later_is_never_in_the_month_after(day: int, expected: date) -> None:
    assert read_date("next month", date(2027, 1, day)) == expected


def test_days_beyond_the_calendar_are_none() -> None:
    assert read_date("tomorrow", date.max) is None
    assert read_date("in 1 month", date.max) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("buy milk tomorrow", ("buy milk", date(2026, 11, 26))),
        ("buy milk by day after tomorrow", ("buy milk", date(2026, 11, 27))),
        ("pay rent due on 1 december", ("pay rent", date(2026, 12, 1))),
        ("read the sunday paper", ("read the sunday paper", None)),
        ("tomorrow", ("tomorrow", None)),
        ("wait for friday", ("wait", date(2026, 11, 27))),
        ("call in 3 days", ("call", date(2026, 11, 28))),
    ],
)
def test_splitting(text: str, expected: tuple[str, date | None]) -> None:
    assert split_date(text, WEDNESDAY) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 24), "yesterday"),
        (date(2026, 11, 25), "today"),
        (date(2026, 11, 26), "tomorrow"),
        (date(2026, 11, 27), "Friday 27 November"),
        (date(2027, 1, 1), "Friday 1 January 2027"),
    ],
)
def test_naming(day: date, expected: str) -> None:
    assert name_date(day, WEDNESDAY) == expected
