"""Certificates for tests: an authority, and what it vouches for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Pem:
    """Where a certificate and its key lie."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates of hosts and clients; all files lie in `folder`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name, self._key = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), _new_key()
        certificate = _builder(self._name, self._name, self._key).add_extension(x509.BasicConstraints(True, 0), True)
        self._certificate = certificate.sign(self._key, hashes.SHA256())
        self.file = _written(folder / f"{name}.pem", self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, addresses: Sequence[str] = ()) -> Pem:
        """Return a certificate for a client `name`, or for a server at `addresses`."""
        key, subject = _new_key(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = _builder(subject, self._name, key)
        if addresses:
            names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address)) for address in addresses])
            builder = builder.add_extension(names, False)
        certificate = builder.sign(self._key, hashes.SHA256())
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption_algorithm=serialization.NoEncryption()
        )
        public = certificate.public_bytes(serialization.Encoding.PEM)
        return Pem(_written(self._folder / f"{name}.pem", public), _written(self._folder / f"{name}.key", secret))


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(minutes=5)).not_valid_after(now + timedelta(days=1))


def _written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file
