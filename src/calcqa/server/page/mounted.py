"""The page as an application that can be mounted: Gradio, behind the checks of what is sent to its events.

Does: hand each event on with the user whom the application names, log what fails, forget a session that is over, and
end what waits when the server stops. Does not: log anybody in (`server/login.py`), lay the page out
(`server/page/layout.py`), or serve it (`server/run.py`).
"""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request
from gradio.server_messages import ProcessCompletedMessage

from calcqa import messages
from calcqa.errors import CalcqaError
from calcqa.server import logs
from calcqa.server.app import Serving
from calcqa.server.middleware import USER
from calcqa.server.page.events import Events, Visits

_WAITING = 1_000  # events that wait for their turn; what comes beyond is refused


class Mounted:
    """Gradio's blocks as an application; `app` is what is mounted at /."""

    def __init__(self, blocks: gr.Blocks, options: Serving, head: str = "", theme: gr.Theme | None = None) -> None:
        """Make the application of `blocks`, which are neither launched nor mounted yet.

        `head` is markup for the page's head, its style and script; `theme` has fonts that the browser has.
        """
        blocks.analytics_enabled = False
        blocks.queue(default_concurrency_limit=options.concurrency, max_size=_WAITING, api_open=False)
        _log_failures(blocks)
        self.app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
        gr.mount_gradio_app(
            self.app,
            blocks,
            "/",
            footer_links=[],
            run_history=False,
            app_kwargs={"openapi_url": None},
            auth_dependency=_user if options.auth else None,
            root_path=options.root_path or None,
            show_error=False,
            ssr_mode=False,
            enable_monitoring=False,
            pwa=False,
            mcp_server=False,
            theme=theme,
            head=head,  # the style is in it too, because as css= it would be rewritten
        )
        self._gradio: Any = self.app.routes[-1].app  # type: ignore[attr-defined] # the mount just made
        self.app.add_middleware(Events, Visits(options.sessions, self._forget), lambda: blocks.fns)

    def drop_waiting(self) -> None:
        """Tell everybody whose event waits for its turn that the server stops; called in the server's loop.

        Gradio would begin each of them in turn, only for it to be refused.
        """
        queue = self._gradio.get_blocks()._queue
        for waiting in queue.event_queue_per_concurrency_id.values():
            events = waiting.queue[:]
            waiting.queue.clear()
            for event in events:
                queue.event_ids_to_events.pop(event._id, None)
                told = {"error": messages.STOPPING, "visible": True, "duration": None}
                queue.send_message(event, ProcessCompletedMessage(output=told, success=False))

    def end_streams(self) -> None:
        """End the heartbeats of open pages, and with them the answers that still run."""
        self._gradio.stop_event.set()

    def _forget(self, session: str) -> None:
        """Free what Gradio holds of a session: by itself it would keep ten thousand."""
        self._gradio.state_holder.session_data.pop(session, None)
        self._gradio.state_holder.time_last_used.pop(session, None)


def _user(request: Request) -> str | None:
    """Return whom the application let in with this request."""
    return request.scope.get(USER) or None


def _log_failures(blocks: gr.Blocks) -> None:
    """Log what fails behind the page as one line, and give the page one sentence.

    Gradio prints a traceback that ends in the error's message, and a message may hold what somebody asked.
    """
    process = blocks.process_api

    async def processed(*given: Any, **named: Any) -> dict[str, Any]:
        try:
            return await process(*given, **named)
        except gr.Error as error:
            error.print_exception = False
            raise
        except CalcqaError as error:
            raise gr.Error(str(error), print_exception=False) from error
        except Exception as error:
            logs.note("failed", level=logging.ERROR, error=error)
            raise gr.Error(messages.FAILED, print_exception=False) from error

    blocks.process_api = processed  # type: ignore[method-assign]
