"""How forms look: the templates of every form of the portal, and the classes of their widgets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting


class GuichetFormRenderer(TemplatesSetting):
    """Our layout of forms and fields. Widgets keep Django's templates: the Wagtail admin shares this renderer."""

    form_template_name = "core/forms/form.html"
    field_template_name = "core/forms/field.html"


class LongSelect(forms.Select):
    """A list of many plain options. Django's own template includes two others for each one: half of a page's time."""

    template_name = "core/forms/long_select.html"


class GuichetBoundField(BoundField):
    """A field whose widget carries the classes of the style sheet."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes (describedby, invalid, required), and the class that the kind of widget asks for."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        classes = [widget.attrs.get("class", ""), widget_class(widget)]
        if self.errors and not self.use_fieldset:
            classes.append("is-invalid")
        attrs["class"] = " ".join(filter(None, classes))
        return attrs


def widget_class(widget: forms.Widget) -> str:
    """Bootstrap's class for a kind of widget."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    if widget.is_hidden:
        return ""
    return "form-control"


class GuichetForm:
    """Mixin of every form of the portal: ``class ProfileForm(GuichetForm, forms.ModelForm)``."""

    bound_field_class = GuichetBoundField
