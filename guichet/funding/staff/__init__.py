"""The financial assistance in the Wagtail admin, where the body works."""
