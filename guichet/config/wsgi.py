"""The WSGI entry point: `granian --interface wsgi guichet.config.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.config.settings")

application = get_wsgi_application()
