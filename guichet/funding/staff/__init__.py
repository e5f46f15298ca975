"""The financial assistance in the Wagtail admin: a module a part, each with its addresses."""
