"""The viewer: pictures in log, looked at, compared and painted on in the browser."""

from lookdev.desk.viewer.messages import Message, parse
from lookdev.desk.viewer.widget import Viewer

__all__ = ["Message", "Viewer", "parse"]
