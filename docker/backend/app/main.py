"""The application of this process: `uvicorn app.main:app`."""

import os

from app.application import create_app
from app.logging import configure_logging
from app.settings import Settings

configure_logging()
app = create_app(Settings.from_environ(os.environ))
