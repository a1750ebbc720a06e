"""What the use cases need from the world, as Protocols. `bootstrap` alone knows who implements them.

All methods are synchronous; async code calls them through a bounded thread pool. All raise `StorageError` where disk
or database refuse, and `NotFoundError` for an unknown id.
"""

from bridge.ports.delivery import Message, Paper, Papers, RecordSender, SendOutcome, Verdict
from bridge.ports.ledger import LedgerLine, LedgerTotals, Settlement
from bridge.ports.outbox import Outgoing
from bridge.ports.reading import (
    Attachment,
    DecodedFax,
    DecodedPage,
    Decoder,
    LineReader,
    MailContent,
    PageReader,
    PageReading,
    ValueReader,
    WordReader,
    WornPageReader,
)
from bridge.ports.store import Accepted, FaxFilter, StageDepth, Store, Transaction, WaitingCounts
from bridge.ports.world import Blobs, Clock, HostLock, Queue

__all__ = [
    "Accepted",
    "Attachment",
    "Blobs",
    "Clock",
    "DecodedFax",
    "DecodedPage",
    "Decoder",
    "FaxFilter",
    "HostLock",
    "LedgerLine",
    "LedgerTotals",
    "LineReader",
    "MailContent",
    "Message",
    "Outgoing",
    "PageReader",
    "PageReading",
    "Paper",
    "Papers",
    "Queue",
    "RecordSender",
    "SendOutcome",
    "Settlement",
    "StageDepth",
    "Store",
    "Transaction",
    "ValueReader",
    "Verdict",
    "WaitingCounts",
    "WordReader",
    "WornPageReader",
]
