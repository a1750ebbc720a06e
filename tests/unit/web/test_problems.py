"""Problem documents say what to do and repeat nothing."""

from __future__ import annotations

import json
from http import HTTPStatus

from bridge.web.problems import InvalidInput, documented, problem_response, storage_trouble


def test_a_problem_without_a_cause_is_about_blank() -> None:
    response = problem_response(HTTPStatus.NOT_FOUND, None, "Look elsewhere.")
    assert response.status_code == 404
    assert response.media_type == "application/problem+json"
    assert json.loads(bytes(response.body)) == {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "Look elsewhere."}


def test_invalid_inputs_are_named() -> None:
    errors = [InvalidInput(location="query", name="limit", code="int_parsing")]
    body = json.loads(bytes(problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input", "See errors.", errors=errors).body))
    assert body["type"] == "urn:fax-bridge:problem:invalid-input"
    assert body["errors"] == [{"location": "query", "name": "limit", "code": "int_parsing"}]


def test_storage_trouble_says_when_to_come_again() -> None:
    problem = storage_trouble()
    assert problem.status == 503
    assert int(problem.headers["Retry-After"]) > 0


def test_documented_answers_are_problem_documents() -> None:
    documents = documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED)
    assert set(documents) == {404, 401}
    assert set(documents[404]["content"]) == {"application/problem+json"}
    assert "WWW-Authenticate" in documents[401]["headers"]
