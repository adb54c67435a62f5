"""Which day it is for the user."""

from datetime import date, datetime
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Depends, Header


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def users_today(
    x_time_zone: Annotated[
        str, Header(description="IANA name of the user's time zone; an unknown one is UTC.")
    ] = "UTC",
) -> date:
    return datetime.now(ZoneInfo(x_time_zone if x_time_zone in _zones() else "UTC")).date()


UsersToday = Annotated[date, Depends(users_today)]
