"""Voila, cut down to the desk: three notebooks, their kernels, and the scripts they run on."""

from functools import partial
from pathlib import Path
from typing import Any

from jupyter_server import DEFAULT_STATIC_FILES_PATH
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.log import log_request
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from tornado.web import RedirectHandler
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from lookdev.desk.serve import NOTEBOOKS, POLICY, is_loopback

_KEPT = {
    FileFindHandler,  # the widgets' scripts
    KernelHandler,
    MultiStaticFileHandler,
    TemplateStaticFileHandler,
    ThemesHandler,
    VoilaKernelWebsocketHandler,
    VoilaShutdownKernelHandler,
}
_PAGES = rf"/voila/render/((?:{'|'.join(NOTEBOOKS)})\.ipynb)"


class DeskPage(TornadoVoilaHandler):
    """A notebook's page, which can end its own kernel when it is left."""

    async def get(self, path: str | None = None) -> None:
        """Give the page, and the cookie without which its last request would be refused."""
        _ = self.xsrf_token  # reading it sets the cookie, which has to come before the page
        await super().get(path)


class DeskServer(Voila):
    """Serves no folder, no listing and no other notebook: what is not kept is not found."""

    def setup_template_dirs(self) -> None:
        """Put our template before Voila's, which would load icons from the network."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(Path(__file__).parent / "voila"))

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings, with our headers, and what its pages of refusal need to be drawn."""
        return {
            **super().init_settings(),
            "allow_remote_access": not is_loopback(self.ip),  # else a foreign Host is refused
            "log_function": partial(log_request, record_prometheus_metrics=False),
            "headers": {"Content-Security-Policy": POLICY},
            "static_path": DEFAULT_STATIC_FILES_PATH,
        }

    def init_handlers(self) -> list[Any]:
        """Voila's handlers, by choice: a new one of Voila's is not served unseen."""
        offered = super().init_handlers()
        kept = _KEPT | {handler[1] for handler in self.identity_provider.get_handlers()}
        options = next(handler[2] for handler in offered if handler[1] is TornadoVoilaHandler)
        return [
            *(handler for handler in offered if handler[1] in kept),
            (_PAGES, DeskPage, options),
            ("/", RedirectHandler, {"url": f"/voila/render/{NOTEBOOKS[0]}.ipynb"}),
        ]
