"""Lighthouse on the public pages, as a phone sees them: `script/lighthouse`."""
