"""Every named failure tells machines what happened and people what to do."""

from __future__ import annotations

import inspect
import pickle

import pytest

from bridge.domain import errors
from bridge.domain.errors import BridgeError, ConfigurationError, DecodeError

ALL_ERRORS = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, BridgeError)]
DECODE_ERRORS = [error for error in ALL_ERRORS if issubclass(error, DecodeError)]


@pytest.mark.parametrize("error", ALL_ERRORS)
def test_every_error_has_a_common_root_and_says_what_it_is_about(error: type[BridgeError]) -> None:
    assert error.__name__.endswith("Error")
    assert inspect.getdoc(error)


@pytest.mark.parametrize("error", DECODE_ERRORS)
def test_a_persons_sentence_is_german_and_says_what_to_do(error: type[DecodeError]) -> None:
    assert error.reason.endswith(".")
    assert "bitte" in error.reason.lower()


def test_states_tell_the_causes_apart() -> None:
    states = [error.state for error in DECODE_ERRORS]
    assert len(set(states)) == len(states)


def test_a_decode_error_keeps_its_english_detail_for_the_log() -> None:
    assert str(errors.EncryptedError("needs a password")) == "needs a password"
    assert str(errors.EncryptedError()) == "EncryptedError"


def test_a_configuration_error_names_file_key_and_what_is_allowed() -> None:
    error = ConfigurationError("config/defaults.toml", "smtp.port", "must be 0 to 65535")
    assert str(error) == "config/defaults.toml: smtp.port: must be 0 to 65535"
    assert (error.file, error.key, error.problem) == ("config/defaults.toml", "smtp.port", "must be 0 to 65535")


def test_a_configuration_error_travels_between_processes_with_its_file_key_and_problem() -> None:
    error = pickle.loads(pickle.dumps(ConfigurationError("types/letter.toml", "labels", "is empty")))
    assert (error.file, error.key, error.problem) == ("types/letter.toml", "labels", "is empty")
    assert str(error) == "types/letter.toml: labels: is empty"
