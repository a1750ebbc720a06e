"""A target's file says all that is needed, and nothing that has no meaning for its kind."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.errors import ConfigurationError
from bridge.domain.retry import Backoff
from bridge.domain.targets import RETRIES, Auth, AuthKind, Breaker, Pace, PaperKind, Target, TargetKind, Times, Tls
from bridge.target_files import load_target

REST = 'kind = "rest"\nurl = "https://agency.example/records"\n'
SECRET = "whsec_" + "YWJj" * 10
ENVIRON = {"BRIDGE_SECRET": "s3cret", "BRIDGE_SIGNING": SECRET, "BRIDGE_EMPTY": "", "BRIDGE_LINE": "s3cret\n", "BRIDGE_FOLDER": "/srv"}
FHIR = 'kind = "fhir"\nurl = "https://demis.example/x"\n'
SORMAS = 'kind = "sormas"\nurl = "https://sormas.example/x"\n'
FEED = 'kind = "feed"\ntoken = "t"\n'
FOLDER = 'kind = "folder"\nfolder = "/srv/import"\n'
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def signing(length: int) -> str:
    return "whsec_" + b64encode(bytes(length)).decode()


def load(folder: Path, text: str, name: str = "agency") -> Target:
    (folder / f"{name}.toml").write_text(text)
    return load_target(folder / f"{name}.toml", ENVIRON)


def test_a_short_file_has_sensible_limits(tmp_path: Path) -> None:
    target = load(tmp_path, REST)
    assert (target.name, target.kind, target.url) == ("agency", TargetKind.REST, "https://agency.example/records")
    assert (target.auth, target.times, target.pace, target.backoff, target.breaker) == (Auth(), Times(), Pace(), RETRIES, Breaker())
    assert (target.max_age, target.secrets, target.shape, target.paper) == (timedelta(hours=72), (), None, PaperKind.NONE)


def test_a_long_file_is_taken_whole(tmp_path: Path) -> None:
    (tmp_path / "own.jmespath").write_text("{nr: id,\n name: data.patient.family_name}\n")
    (tmp_path / "ca.pem").write_text("-")
    text = (
        REST
        + """
        connect_timeout = 1
        read_timeout = 2
        total_timeout = 3
        concurrency = 8
        per_minute = 120
        backoff_base_seconds = 1
        backoff_cap_seconds = 60
        max_age_hours = 24
        signing_secrets = ["${BRIDGE_SIGNING}"]
        shape_file = "own.jmespath"
        paper = "link"
        [auth]
        kind = "oauth2"
        user = "us"
        secret = "${BRIDGE_SECRET}"
        token_url = "https://login.example/token"
        scope = "records"
        [tls]
        authorities = "ca.pem"
        [breaker]
        failures = 3
        base_seconds = 5
        cap_seconds = 50
        """
    )
    target = load(tmp_path, text)
    assert target.auth == Auth(AuthKind.OAUTH2, "us", "s3cret", "https://login.example/token", "records")
    assert target.times == Times(1, 2, 3)
    assert (target.pace, target.pace.spacing) == (Pace(8, 120), 0.5)
    assert target.backoff == Backoff(timedelta(seconds=1), timedelta(seconds=60))
    assert target.breaker == Breaker(3, Backoff(timedelta(seconds=5), timedelta(seconds=50)))
    assert (target.max_age, target.secrets, target.paper) == (timedelta(days=1), (SECRET,), PaperKind.LINK)
    assert target.shape == "{nr: id,\n name: data.patient.family_name}\n"
    assert target.tls.authorities == tmp_path / "ca.pem"
    assert "s3cret" not in repr(target)
    assert SECRET not in repr(target)


def test_a_token_that_is_not_set_is_not_sent(tmp_path: Path) -> None:
    assert load(tmp_path, REST + 'token = "${BRIDGE_SECRET}"').auth == Auth(AuthKind.BEARER, secret="s3cret")
    assert load(tmp_path, REST + 'token = "${BRIDGE_NOWHERE}"').auth == Auth()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (REST, TargetKind.REST),
        (FEED, TargetKind.FEED),
        (FOLDER, TargetKind.FOLDER),
        ('kind = "fhir"\nurl = "https://demis.example/$process-notification"\noptions.bsnr = "720000001"', TargetKind.FHIR),
        ('kind = "sormas"\nurl = "https://sormas.example/sormas-rest"\noptions.reporting_user = "U"', TargetKind.SORMAS),
    ],
)
def test_every_kind_needs_no_more_than_its_own(tmp_path: Path, text: str, kind: TargetKind) -> None:
    assert load(tmp_path, text).kind is kind


def test_options_may_come_from_the_environment_and_hold_tables(tmp_path: Path) -> None:
    text = (
        'kind = "fhir"\nurl = "https://d.example/x"\n[options]\nbsnr = "${BRIDGE_SECRET}"\n[options.code_map.methods]\nPCR = {code = "1"}'
    )
    assert load(tmp_path, text).options == {"bsnr": "s3cret", "code_map": {"methods": {"PCR": {"code": "1"}}}}


@pytest.mark.parametrize(
    ("text", "auth"),
    [
        ('kind = "none"', Auth()),
        ('kind = "basic"\nuser = "u"\nsecret = "s p"', Auth(AuthKind.BASIC, "u", "s p")),
        ('kind = "bearer"\nsecret = "${BRIDGE_SECRET}"', Auth(AuthKind.BEARER, secret="s3cret")),
        (
            'kind = "oauth2"\nuser = "u"\nsecret = "s"\ntoken_url = "https://login.example/t"',
            Auth(AuthKind.OAUTH2, "u", "s", "https://login.example/t"),
        ),
    ],
)
def test_credentials_are_of_four_kinds(tmp_path: Path, text: str, auth: Auth) -> None:
    assert load(tmp_path, f"{REST}[auth]\n{text}").auth == auth


def test_a_feed_knows_its_reader_by_the_token(tmp_path: Path) -> None:
    assert load(tmp_path, 'kind = "feed"\ntoken = "${BRIDGE_SECRET}"\nmax_age_hours = 500').auth == Auth(AuthKind.BEARER, secret="s3cret")


def test_a_folder_may_come_from_the_environment(tmp_path: Path) -> None:
    assert load(tmp_path, 'kind = "folder"\nfolder = "${BRIDGE_FOLDER}/import"').folder == Path("/srv/import")


def test_a_certificate_may_hold_its_key(tmp_path: Path) -> None:
    (tmp_path / "both.pem").write_text("-")
    assert load(tmp_path, REST + 'tls.certificate = "both.pem"').tls == Tls(tmp_path / "both.pem")
    assert load(tmp_path, REST + f'tls.certificate = "{tmp_path}/both.pem"').tls == Tls(tmp_path / "both.pem")


@pytest.mark.parametrize("length", [24, 64])
def test_a_signing_secret_is_as_long_as_standard_webhooks_wants(tmp_path: Path, length: int) -> None:
    assert load(tmp_path, REST + f'signing_secrets = ["{signing(length)}"]').secrets == (signing(length),)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8090/r", "http://127.9.9.9/r", "http://[::1]:1/r", "http://localhost/r"])
def test_in_the_clear_only_within_this_machine(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, f'kind = "rest"\nurl = "{url}"').url == url


def test_or_where_the_operator_vouches_for_the_way(tmp_path: Path) -> None:
    assert load(tmp_path, 'kind = "rest"\nurl = "http://inner.example/r"\nallow_plain_http = true').url == "http://inner.example/r"


def test_every_example_of_the_manual_is_taken(tmp_path: Path) -> None:
    """`…` stands for what only the operator knows."""
    examples = re.findall(r"^```toml\n# config/targets/(\w[\w-]*)\.toml.*?\n(.*?)^```", OPERATIONS.read_text(encoding="utf-8"), re.M | re.S)
    for name in re.findall(r'"([\w-]+\.(?:pem|key|jmespath))"', OPERATIONS.read_text(encoding="utf-8")):
        (tmp_path / name).write_text("id")
    environ = {name: signing(32) for name in re.findall(r"\$\{(BRIDGE_\w+)\}", str(examples))}
    kinds = set()
    for name, text in examples:
        (tmp_path / f"{name}.toml").write_text(text)
        kinds.add(load_target(tmp_path / f"{name}.toml", environ).kind)
    assert kinds == set(TargetKind)


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ('kind = "rest"', "url", "needed"),
        ('kind = "folder"', "folder", "needed"),
        ('kind = "folder"\nfolder = "import"', "folder", "whole path"),
        ('kind = "feed"', "token", "needed"),
        ('kind = "feed"\ntoken = "${BRIDGE_EMPTY}"', "token", "needed"),
        (
            'kind = "feed"\ntoken = "t"\nurl = "https://x.example"',
            "url",
            "no meaning for the kind feed; allowed: kind, max_age_hours, token",
        ),
        (REST + 'folder = "/srv"', "folder", "no meaning"),
        (REST + "options.bsnr = '1'", "options", "no meaning"),
        ('kind = "fhir"\nurl = "https://x.example"\npaper = "link"', "paper", "no meaning"),
        ('kind = "sormas"\nurl = "https://x.example"\nshape = "id"', "shape", "no meaning"),
        (REST + "colour = 1", "colour", "allowed: allow_plain_http, auth"),
        (REST + 'auth.kind = "oauth2"\nauth.colour = 1', "auth.colour", "allowed: kind, scope, secret"),
        ('kind = "rest"\nurl = "http://agency.example/r"', "url", "https://"),
        ('kind = "rest"\nurl = "agency.example/r"', "url", "such as https://"),
        ('kind = "rest"\nurl = "https://agency.example:99999/r"', "url", "such as https://"),
        ('kind = "rest"\nurl = "https://me:pw@agency.example/r"', "url", "[auth]"),
        ('kind = "rest"\nurl = "https://agency.example/r#top"', "url", "fragment"),
        ('kind = "rest"\nurl = "https://${BRIDGE_HOST}/r"', "url", "BRIDGE_HOST"),
        (REST + 'token = "${HOME}"', "token", "BRIDGE_"),
        (REST + 'token = "t"\nauth.kind = "none"', "auth", "only one"),
        (REST + 'auth.kind = "basic"\nauth.user = "u"', "auth.secret", "needed"),
        (REST + 'auth.kind = "bearer"\nauth.user = "u"\nauth.secret = "s"', "auth.user", "no meaning for the kind bearer"),
        (REST + 'auth.kind = "basic"\nauth.user = "u"\nauth.secret = "${BRIDGE_NOWHERE}"', "auth.secret", "BRIDGE_NOWHERE"),
        (
            REST + 'auth = {kind = "oauth2", user = "u", secret = "s", token_url = "http://login.example"}',
            "auth.token_url",
            "https://",
        ),
        (REST + 'auth.kind = "basic"\nauth.secret = "s"', "auth.user", "needed"),
        (REST + 'auth.kind = "basic"\nauth.user = "u:v"\nauth.secret = "s"', "auth.user", "colon"),
        (REST + 'auth.kind = "basic"\nauth.user = "u"\nauth.secret = "${BRIDGE_EMPTY}"', "auth.secret", "needed"),
        (REST + 'auth.kind = "none"\nauth.secret = "s"', "auth.secret", "no meaning for the kind none"),
        (REST + 'auth.kind = "basic"\nauth.scope = "s"', "auth.scope", "no meaning for the kind basic"),
        (REST + 'auth.kind = "bearer"\nauth.secret = "${BRIDGE_LINE}"', "auth.secret", "line ends"),
        (REST + 'auth = {kind = "oauth2", user = "u", secret = "s"}', "auth.token_url", "needed"),
        (REST + 'auth = {kind = "oauth2", user = "u", secret = "s", token_url = "https://u:s3cret@x.example"}', "auth.token_url", "[auth]"),
        (REST + 'auth.user = "u"', "auth.kind", "required"),
        (REST + 'auth = "bearer"', "auth", "must be a table"),
        (REST + 'token = "${BRIDGE_LINE}"', "token", "line ends"),
        (REST + 'token = "tökén"', "token", "ASCII"),
        (REST + 'tls.certificate = "c.pem"', "tls.certificate", "no file"),
        (REST + 'tls.certificate = "."', "tls.certificate", "no file"),
        (REST + 'tls.key = "c.pem"', "tls.key", "with certificate only"),
        (REST + "tls.colour = 1", "tls.colour", "allowed: authorities, certificate, key"),
        (REST + "breaker.colour = 1", "breaker.colour", "allowed: base_seconds, cap_seconds, failures"),
        (REST + "breaker.failures = 0", "breaker.failures", "greater than 0"),
        (REST + "concurrency = 65", "concurrency", "less than or equal to 64"),
        (REST + "connect_timeout = 0", "connect_timeout", "greater than 0"),
        (REST + "read_timeout = nan", "read_timeout", "finite"),
        (REST + "total_timeout = -1", "total_timeout", "greater than 0"),
        (REST + "max_age_hours = 1e8", "max_age_hours", "less than or equal to 876000"),
        (FEED + "concurrency = 1", "concurrency", "no meaning for the kind feed"),
        (FEED + 'auth.kind = "none"', "auth", "no meaning for the kind feed"),
        (FEED + 'folder = "/srv"', "folder", "no meaning for the kind feed"),
        (FOLDER + 'url = "https://x.example"', "url", "no meaning for the kind folder"),
        (FOLDER + 'token = "t"', "token", "no meaning for the kind folder"),
        (FOLDER + 'paper = "none"', "paper", "no meaning for the kind folder"),
        (FOLDER + "options.x = 1", "options", "no meaning for the kind folder"),
        (FHIR + f'signing_secrets = ["{SECRET}"]', "signing_secrets", "no meaning for the kind fhir"),
        (FHIR + 'options.bsnr = "${BRIDGE_NOWHERE}"', "options.bsnr", "BRIDGE_NOWHERE"),
        (SORMAS + 'shape_file = "x"', "shape_file", "no meaning for the kind sormas"),
        ('kind = "fhir"', "url", "needed"),
        ('kind = "sormas"', "url", "needed"),
        ('kind = "pigeon"', "kind", "'rest', 'fhir', 'sormas', 'feed' or 'folder'"),
        ('url = "https://x.example"', "kind", "required"),
        ("kind = ", "-", "is not TOML"),
        (REST + 'tls.authorities = "missing.pem"', "tls.authorities", "no file"),
        (REST + "concurrency = 0", "concurrency", "greater than or equal to 1"),
        (REST + "per_minute = -1", "per_minute", "greater than or equal to 0"),
        (REST + "backoff_base_seconds = 10\nbackoff_cap_seconds = 5", "backoff_cap_seconds", "no less"),
        (REST + "breaker.base_seconds = 10\nbreaker.cap_seconds = 5", "breaker.cap_seconds", "no less"),
        (REST + 'signing_secrets = ["whsec_short"]', "signing_secrets.0", "24 to 64"),
        (REST + f'signing_secrets = ["{SECRET}", "{signing(23)}"]', "signing_secrets.1", "24 to 64"),
        (REST + f'signing_secrets = ["{signing(65)}"]', "signing_secrets.0", "24 to 64"),
        (REST + 'signing_secrets = ["whsec_ÄÖ"]', "signing_secrets.0", "24 to 64"),
        (REST + 'signing_secrets = ["${BRIDGE_NOWHERE}"]', "signing_secrets.0", "BRIDGE_NOWHERE"),
        (REST + f'signing_secrets = ["{SECRET[6:]}"]', "signing_secrets.0", "whsec_"),
        (REST + f'signing_secrets = ["{SECRET}", "{SECRET}", "{SECRET}"]', "signing_secrets", "at most 2"),
        (REST + 'shape = "data.["', "shape", "ends too early (at line 1, column 7)"),
        (REST + 'shape = """{a: id,\n b: id ^ x}"""', "shape", "'^' is not expected (at line 2, column 8)"),
        (REST + 'shape = "{a: id, b: [upper(id)]}"', "shape", "calls upper(), which JMESPath does not have; allowed: abs, avg"),
        (REST + 'shape = "length(id, id)"', "shape", "calls length() with 2 values, which takes 1"),
        (REST + 'shape_file = "agency.toml"', "shape_file", "JMESPath"),
        (REST + 'shape_file = "missing.jmespath"', "shape_file", "beside the target"),
        (REST + 'shape = "id"\nshape_file = "x"', "shape_file", "only one"),
        (REST + 'paper = "fax"', "paper", "'none', 'link', 'inline' or 'original'"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_what_is_allowed(tmp_path: Path, text: str, key: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        load(tmp_path, text)
    assert error.value.file == str(tmp_path / "agency.toml")
    assert (error.value.key, says in error.value.problem) == (key, True), error.value.problem
    assert "s3cret" not in str(error.value)
    assert SECRET[6:] not in str(error.value)


@pytest.mark.parametrize("name", ["Agency", "a b", "ä", "-a", "a" * 41])
def test_a_name_is_fit_to_stand_in_addresses(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="small letters"):
        load(tmp_path, REST, name)
