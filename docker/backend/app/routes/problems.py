"""How errors look in the OpenAPI."""

from app.schemas import Problem

DESCRIPTIONS = {
    400: "No text that could be JSON",
    401: "Not logged in",
    403: "Sent by another site's page",
    404: "No such todo",
    409: "The email is taken",
    413: "Too large",
    415: "Not JSON",
    429: "Too many attempts",
    503: "The database is away",
}


def problems(*statuses: int) -> dict[int | str, dict]:
    return {status: {"model": Problem, "description": DESCRIPTIONS[status]} for status in statuses}
