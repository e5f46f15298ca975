"""Wagtail's panels, without the scripts that they write in the page: our policy runs none of these."""

from __future__ import annotations

from wagtail.admin import panels


class InlinePanel(panels.InlinePanel):
    """Rows that one adds and removes, started by a script of ours."""

    class BoundPanel(panels.InlinePanel.BoundPanel):
        """The panel on a page."""

        template_name = "core/staff/inline_panel.html"

        class Media:
            js = ["core/inline-panels.js"]
