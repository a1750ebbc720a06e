"""A form gives its file out as it comes, however it is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.web.form_upload import BrokenFormError, FormUpload

FORM = (
    b'--b\r\nContent-Disposition: form-data; name="mailbox"\r\n\r\nhygiene\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\nContent-Type: image/tiff\r\n\r\nII*\0\r\n--\r\n-b\r\n'
    b'--b\r\nContent-Disposition: form-data; name="sender_number"\r\n\r\n0351 1\r\n--b--\r\n'
)


@given(st.integers(min_value=1, max_value=400))
def test_file_and_fields_are_found(step: int) -> None:
    written: list[bytes] = []
    form = FormUpload("multipart/form-data; boundary=b", written.append)
    for i in range(0, len(FORM), step):
        form.feed(FORM[i : i + step])
    form.finish()

    assert b"".join(written) == b"II*\0\r\n--\r\n-b"
    assert form.fields == {"mailbox": "hygiene", "sender_number": "0351 1"}
    assert form.media_type == "image/tiff"


@pytest.mark.parametrize("length", range(len(FORM) - 7))
def test_a_form_cut_off_anywhere_is_broken(length: int) -> None:
    form = FormUpload("multipart/form-data; boundary=b", lambda _content: None)
    form.feed(FORM[:length])
    with pytest.raises(BrokenFormError):
        form.finish()


def test_the_reason_repeats_nothing_from_the_form() -> None:
    form = FormUpload("multipart/form-data; boundary=b", lambda _content: None)
    with pytest.raises(BrokenFormError) as caught:
        form.feed(b"Geheim " * 10)
    assert "Geheim" not in str(caught.value)
