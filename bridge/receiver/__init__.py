"""A small reference receiving agency: takes records over HTTP, keeps each once by its Idempotency-Key, gives a receipt.

It stands in for an agency's own interface in the demo and in tests, and shows what such an interface must do; and, where it is
told to, how one misbehaves. It knows nothing else of the bridge.
"""

from bridge.receiver.faults import KINDS, Fault, Faults
from bridge.receiver.keeping import Received, Stats, View
from bridge.receiver.server import MAX_RECORD_BYTES, Receiver

__all__ = ["KINDS", "MAX_RECORD_BYTES", "Fault", "Faults", "Received", "Receiver", "Stats", "View"]
