"""The demo's invented fiches and people: never in production."""
