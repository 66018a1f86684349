"""What the server must refuse."""

from typing import Callable

from snowplow_signals import SignalsAPIError


def refused(status: int, attempt: Callable[[], object], why: str = "") -> None:
    try:
        attempt()
    except SignalsAPIError as error:
        assert error.status_code == status and why in str(error), error
        return
    raise AssertionError(f"this must be refused with {status}")
