"""Days as people write them: "tomorrow", "next friday", "in 3 days", "12 december", "2026-12-01"."""

import re
from datetime import date, timedelta

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAY = r"mon|tues?|wed|thu|thur|thurs|fri|sat|sun|" + "|".join(WEEKDAYS)
_MONTH = "|".join(rf"{month[:3]}|{month}" for month in MONTHS) + "|sept"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>\d{4}))?"

_PHRASES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<named>today|tonight|tomorrow|day after tomorrow)",
        r"next\s+(?P<next>week|month)",
        rf"(?:this\s+|next\s+)?(?P<weekday>{_WEEKDAY})",
        r"in\s+(?P<count>\d{1,4}|an?|one|two|three)\s+(?P<unit>day|week|month)s?",
        r"(?P<iso>\d{4}-\d{2}-\d{2})",
        rf"{_DAY}\.?\s+(?:of\s+)?(?P<month>{_MONTH})\.?{_YEAR}",
        rf"(?P<month>{_MONTH})\.?\s+{_DAY}{_YEAR}",
    )
]
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}


def read_date(text: str, today: date) -> date | None:
    """The day that the whole text stands for; None if it stands for none, or for one that there is not."""
    for phrase in _PHRASES:
        if match := phrase.fullmatch(text.strip()):
            try:
                return _date_of({name: value.lower() for name, value in match.groupdict().items() if value}, today)
            except (ValueError, OverflowError):
                return None
    return None


def split_date(text: str, today: date) -> tuple[str, date | None]:
    """Takes a date off the end of a text, with a word such as "on" or "by" before it: the longest that is one."""
    words = text.split()
    for count in range(min(5, len(words) - 1), 0, -1):
        found = read_date(" ".join(words[-count:]), today)
        if found is not None:
            rest = words[:-count]
            if len(rest) > 1 and rest[-1].lower() in {"on", "by", "due", "for", "until", "till"}:
                rest.pop()
                if len(rest) > 1 and rest[-1].lower() == "due":
                    rest.pop()
            return " ".join(rest), found
    return " ".join(words), None


def name_date(day: date, today: date) -> str:
    """A day as a person says it: "today", "tomorrow", "Friday 4 December"."""
    if abs((day - today).days) <= 1:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[(day - today).days]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()].capitalize()} {day.day} {MONTHS[day.month - 1].capitalize()}{year}"


def _date_of(found: dict[str, str], today: date) -> date:
    if "named" in found:
        days = {"today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2}
        return today + timedelta(days=days[found["named"]])
    if "weekday" in found:
        weekday = next(i for i, name in enumerate(WEEKDAYS) if name.startswith(found["weekday"][:3]))
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)  # never today itself
    if "next" in found:
        return _next_monday(today) if found["next"] == "week" else _add_months(today, 1)
    if "unit" in found:
        count = _COUNTS.get(found["count"]) or int(found["count"])
        if found["unit"] == "month":
            return _add_months(today, count)
        return today + timedelta(days=count * {"day": 1, "week": 7}[found["unit"]])
    if "iso" in found:
        return date.fromisoformat(found["iso"])
    month = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(found["month"][:3]))
    if "year" in found:
        return date(int(found["year"]), month, int(found["day"]))
    return _next_day_named(month, int(found["day"]), today)


def _next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def _add_months(day: date, count: int) -> date:
    year, month = divmod(day.month - 1 + count, 12)
    for day_of_month in range(day.day, 27, -1):  # 31 January and a month is the last of February
        try:
            return date(day.year + year, month + 1, day_of_month)
        except ValueError:
            continue
    return date(day.year + year, month + 1, min(day.day, 28))


def _next_day_named(month: int, day: int, today: date) -> date:
    """Without a year it is the next one to come; 29 February may be some years away."""
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError(f"there is no {day}. {month}.")
