"""Who may connect to the mail gateway, and how many at once."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Sequence


class Admission:
    """Counts connections, for one event loop."""

    def __init__(self, networks: Sequence[str], max_connections: int, max_per_peer: int) -> None:
        """Take the allowed networks (CIDR) and the limits."""
        self._networks = [ipaddress.ip_network(network) for network in networks]
        self._max_connections, self._max_per_peer = max_connections, max_per_peer
        self._peers: Counter[str] = Counter()

    def enter(self, peer: str) -> str | None:
        """Count `peer` (an IP address) in and return None, or return the SMTP answer that turns it away."""
        if not self._is_allowed(peer):
            return "554 5.7.1 Your network is not allowed to send here; ask the operator to add it"
        if self._peers.total() >= self._max_connections or self._peers[peer] >= self._max_per_peer:
            return "421 4.3.2 Too many connections, try again later"
        self._peers[peer] += 1
        return None

    def leave(self, peer: str) -> None:
        """Count a peer out that was let in."""
        self._peers[peer] -= 1
        if not self._peers[peer]:
            del self._peers[peer]

    def _is_allowed(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)
