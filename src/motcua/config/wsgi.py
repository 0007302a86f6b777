"""The WSGI entry point that granian serves."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
application = get_wsgi_application()

# Four threads share an interpreter and wait for PostgreSQL half of the time: with turns of 5 ms, the default, an answer that has arrived
# waits for another thread's whole turn (motcua bench intake: p95 205 -> 69 ms). What is loaded now lives for ever: the collector may
# leave it alone.
sys.setswitchinterval(0.0005)
gc.collect()
gc.freeze()
