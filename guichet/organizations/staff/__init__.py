"""LSCQ's side in the Wagtail admin: the queue of sign-ups, the fiches, the people, the imports."""
