"""What it takes to send samples through a service of one's own: its environment, a target on loopback, mails and a sender."""

from __future__ import annotations

import shutil
import smtplib
import socket
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Final

from bridge.settings import default_config_dir

RECIPIENT: Final = "infektionsschutz@bridge.localhost"


def environment(folder: Path, agency: str, target: Sequence[str] = ()) -> dict[str, str]:
    """Return the settings of a service that keeps all it has under `folder`, on free loopback ports, delivering to `agency` (URL).

    `target` are further lines of the target's file.
    """
    smtp, http = _free_ports(2)
    return {
        "BRIDGE_CONFIG": str(_configuration(folder, agency, target)),
        "BRIDGE_STORAGE__DATA_DIR": str(folder),
        "BRIDGE_SMTP__PORT": str(smtp),
        "BRIDGE_HTTP__PORT": str(http),
        "BRIDGE_HTTP__PUBLIC_URL": f"http://127.0.0.1:{http}",
    }


def as_mail(path: Path) -> bytes:
    """Return the file in the plainest mail that a fax server sends, without a word about it; a mail as it is."""
    if path.suffix == ".eml":
        return path.read_bytes()
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "fax@faxserver.localdomain", RECIPIENT, "Neues Fax"
    mail.set_content("Ein neues Fax ist eingegangen.")
    maintype, subtype = ("application", "pdf") if path.suffix == ".pdf" else ("image", "tiff")
    mail.add_attachment(path.read_bytes(), maintype=maintype, subtype=subtype, filename=path.name)
    return bytes(mail)


def send(port: int, mail: bytes) -> str:
    """Send a mail once and return the envelope's id from the 250. Raises OSError and SMTPException, as a fax server meets them."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        smtp.ehlo()
        smtp.mail("fax@faxserver.localdomain")
        smtp.rcpt(RECIPIENT)
        code, answer = smtp.data(mail)
    if code != 250:
        raise smtplib.SMTPDataError(code, answer)
    return next(word.strip(".<>") for word in answer.decode().split() if word.count("-") == 4)


def _configuration(folder: Path, agency: str, more: Sequence[str]) -> Path:
    """Copy the configuration as it is shipped, but for the target's address, and with `more` lines about it: keys first, then tables."""
    config = folder / "config"
    shutil.copytree(default_config_dir(), config)
    target = config / "targets" / "default.toml"
    lines = target.read_text(encoding="utf-8").splitlines()
    told = [f'url = "{agency}"', *more]
    replaced = {line.partition(" ")[0] for line in told}
    kept = [line for line in lines if line.partition(" ")[0] not in replaced]
    target.write_text("\n".join([*kept, *told]) + "\n", encoding="utf-8")
    return config


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
