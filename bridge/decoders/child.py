"""The child process in which foreign bytes are opened: `python -I -m bridge.decoders.child JOB`, JOB as JSON.

It limits itself before it touches a byte, writes files into the job's scratch folder and answers on standard output,
one JSON object a line: `{"pages": n}` as soon as the pages are counted, and last `{"result": …}` or
`{"error": class name, "detail": English}`. Everything else it or its libraries print is thrown away.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from typing import IO, Final

from bridge.decoders.job import UNPACK_MAIL, Job, JsonResult, Scratch
from bridge.decoders.limits import DecoderLimits
from bridge.domain.errors import DecodeError, DecoderCrashError

STORAGE_ERROR: Final = "StorageError"
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES})
_OPEN_FILES: Final = 64


def main() -> None:
    """Do the one job given on the command line; the answer says what came of it, the exit status says nothing."""
    job = Job.from_json(json.loads(sys.argv[1]))
    answers = _take_standard_output()
    die_with_parent(job.parent)
    limit_resources(job.limits)
    gc.disable()  # the process ends before cycles matter
    for answer in perform(job, lambda pages: _announce(answers, job.limits, pages)):
        _send(answers, answer)
    answers.close()
    os._exit(0)  # no finalizer of a native library gets another chance to crash


def perform(job: Job, announce: Callable[[int], None]) -> list[JsonResult]:
    """Do the job and return the last answer. Names every failure; whatever has no name is an unreadable file."""
    scratch = Scratch(job.scratch, job.limits, announce)
    try:
        return [{"result": _run(job, scratch)}]
    except DecodeError as error:
        return [failure(type(error).__name__, error.detail)]
    except MemoryError:
        return [failure(DecoderCrashError.__name__, "out of memory")]
    except OSError as error:
        if error.errno in _FULL:
            return [failure(STORAGE_ERROR, os.strerror(error.errno or 0))]
        return [failure(DecodeError.__name__, _where(error))]
    except Exception as error:  # noqa: BLE001 - the process's outer edge: parsers raise anything for broken bytes
        return [failure(DecodeError.__name__, _where(error))]


def failure(name: str, detail: str) -> JsonResult:
    """Return the answer for a failure of class `name`."""
    return {"error": name, "detail": detail}


def _run(job: Job, scratch: Scratch) -> JsonResult:
    """Load only what this kind of file needs: start-up is most of what a small fax costs."""
    if job.task == UNPACK_MAIL:
        from bridge.decoders import mime  # noqa: PLC0415

        return mime.unpack(job.path, scratch)
    from bridge.decoders import pages  # noqa: PLC0415

    return pages.decode(job.path, job.media_type, scratch)


def _where(error: Exception) -> str:
    """Return class and place of an unexpected exception; its message may hold bytes of the fax."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {os.path.basename(frame.filename)}:{frame.lineno}"  # noqa: PTH119 - pathlib is not loaded for this


def die_with_parent(parent: int) -> None:
    """End this process, and the poppler it may have started, when the process that started it dies.

    The signal reaches only this process, so it is one that Python can catch while it waits for poppler; a native loop
    that keeps Python from running it has no grandchildren, and ends by its CPU limit.
    """
    signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died before prctl was called
        os._exit(1)


def limit_resources(limits: DecoderLimits) -> None:
    """Bound memory, CPU, files and core dumps of this process and its children. A second call may only lower them.

    The number of processes is not bounded: the kernel counts it per user, over all workers.
    """
    longest = int(limits.seconds_for(limits.max_pages)) + 1
    for what, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.output_bytes, limits.output_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_CPU, int(limits.seconds) + 1, longest),
    ):
        _, ceiling = resource.getrlimit(what)
        top = hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)
        resource.setrlimit(what, (min(soft, top), top))


def _announce(answers: IO[bytes], limits: DecoderLimits, pages: int) -> None:
    """Tell the parent the number of pages, and take the CPU time that goes with them."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(int(limits.seconds_for(pages)) + 1, hard), hard))
    _send(answers, {"pages": pages})


def _take_standard_output() -> IO[bytes]:
    """Return the pipe to the parent, out of reach of libraries that print to file descriptor 1."""
    answers = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
    return answers


def _send(answers: IO[bytes], answer: JsonResult) -> None:
    answers.write(json.dumps(answer).encode("ascii") + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
