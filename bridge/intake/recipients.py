"""Which mailbox an address belongs to: nothing else is taken in, so that nothing is ever relayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Recipients:
    """The configured addresses. Case does not count; a sub-address (`fax+x@…`) is an address like any other."""

    def __init__(self, mailboxes: Mapping[str, Sequence[str]]) -> None:
        """Take mailbox names with their addresses; `*@domain` stands for every address of the domain not named itself."""
        self._mailboxes: dict[str, tuple[str, ...]] = {}
        for mailbox, addresses in mailboxes.items():
            for address in addresses:
                key = address.lower()
                self._mailboxes[key] = (*self._mailboxes.get(key, ()), mailbox)

    def mailboxes_of(self, address: str) -> tuple[str, ...]:
        """Return the mailboxes an address is for (usually one); empty where it is unknown."""
        address = address.lower()
        domain = address.rpartition("@")[2]
        return self._mailboxes.get(address) or self._mailboxes.get(f"*@{domain}", ())
