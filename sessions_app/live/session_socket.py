from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

from sessions_app.fragments import Audience

from .hub import follow
from .seat import seat_at_session
from .socket import LiveSocket, Sent


class SessionSocket(LiveSocket):
    """A session's page: `?after=41` names the last event it has drawn, and it is sent all that came later.

    Events are sent as {"from": 42, "to": 45, "content": html}; a page that finds a gap connects again. The
    pieces beside the transcript come without numbers, each whole.
    """

    async def seat(self) -> Audience:
        return await seat_at_session(self.scope, self.session_id)

    async def messages(self, audience: Audience) -> AsyncGenerator[Sent, None]:
        followed = follow(self.session_id, audience, self.number("after"))
        async with contextlib.aclosing(followed) as found:
            async for message in found:
                numbers = {} if message.last is None else {"from": message.first, "to": message.last}
                yield {**numbers, "content": message.html}

    @property
    def session_id(self) -> int:
        return int(self.scope["url_route"]["kwargs"]["pk"])
