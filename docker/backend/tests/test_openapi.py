"""What the OpenAPI says is what the API does: schemathesis tries it, with a session, in the same way each time."""

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import make_url

from app.application import create_app
from app.settings import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    positive_data_acceptance,
]


def openapi() -> dict:
    return create_app(Settings(database_url=make_url("sqlite://"), session_secret="unused")).openapi()


schema = schemathesis.openapi.from_dict(openapi())


@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_its_word(case: schemathesis.Case, address: str, ada: httpx.Client) -> None:
    ada.post("/api/todos", json={"title": "x"})

    case.call_and_validate(base_url=address, cookies=dict(ada.cookies), checks=CHECKS)
