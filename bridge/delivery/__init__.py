"""One module a protocol; each turns a record into one attempt and its outcome."""
