"""An officer at work: the API of a node, asked as that officer, patient when the node falls away meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from comity.base.errors import ComityError, Unavailable

T = TypeVar("T")

CONFLICT = 409
PAUSE = 0.2
"""Seconds between two looks."""
ANSWER = 60
"""Seconds in which a node answers; longer than it waits for any of its own parts."""


class Refused(ComityError):
    """The node has said no. `status` is that of HTTP, `problem` its answer: `{"error", "field", "articles", ...}`."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        super().__init__(str(problem.get("error") or f"the node answered {status}"))


class Desk:
    """One officer of one node. What cannot be reached is Unavailable, what is not allowed Refused."""

    def __init__(self, url: str, token: str, purpose: str, patience: float) -> None:
        self.patience = patience
        self._http = httpx.Client(
            base_url=f"{url}/api",
            headers={"authorization": f"Bearer {token}", "x-purpose": purpose},
            timeout=ANSWER,
            trust_env=False,
        )

    def get(self, path: str, **query: Any) -> Any:
        """What the node shows under a path of the API."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        """Do something: JSON out, JSON in."""
        return self._ask("POST", path, json=body)

    def upload(self, path: str, name: str, content: bytes) -> Any:
        """Do something with a file."""
        return self._ask("POST", path, files={"file": (name, content)})

    def put(self, path: str, body: Any) -> Any:
        """Replace something."""
        return self._ask("PUT", path, json=body)

    def ensure(self, done: Callable[[], T | None], do: Callable[[], object], what: str) -> T:
        """Do something once: look whether it is done, do it if not, look again.

        A node that falls away in between may have done it or not; only looking again tells.
        """

        def look() -> T | None:
            found = done()
            if found is not None:
                return found
            try:
                do()
            except Refused as refused:
                # What was done by a request whose answer was lost is refused the second time.
                found = done()
                if found is None and refused.status != CONFLICT:
                    raise
                return found
            return done()

        return self.until(look, what)

    def until(self, look: Callable[[], T | None], what: str) -> T:
        """Look until there is something, at most `patience` seconds; a node that is away is waited for."""
        deadline = time.monotonic() + self.patience
        reason = ""
        while True:
            try:
                if (found := look()) is not None:
                    return found
            except Unavailable as error:
                reason = f" ({error})"
            if time.monotonic() > deadline:
                raise Unavailable(f"waited {self.patience:.0f} s in vain for {what}{reason}")
            time.sleep(PAUSE)

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        try:
            answer = self._http.request(method, path, **content)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"{self._http.base_url.host} cannot be reached: {type(error).__name__}"
            ) from None
        if answer.status_code in (502, 503, 504):
            raise Unavailable(_problem(answer).get("error", "try again"))
        if answer.is_error:
            raise Refused(answer.status_code, _problem(answer))
        return answer.json() if answer.content else None


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
