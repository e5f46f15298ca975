"""Charts as SVG pictures, drawn on the server and kept by what they show.

Altair and vl-convert take some two seconds and 130 MB to come: they are imported for the first chart, by the processes
that draw one. A chart then takes a tenth of a second, once for all who look at the same numbers.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils.translation import get_language

from .figures import Bar, BarChart, Figure

if TYPE_CHECKING:
    import altair

# Another drawing of the same numbers is another picture.
LOOK = 1
KEPT_SECONDS = 7 * 24 * 3600
# In the picture's own pixels: on a phone it shows at about this size, on a large screen somewhat larger.
WIDTH = 340
LONGEST_BAR = 240
BAR_STEP = 40
PANEL_HEIGHT = 76
MONTHS_NAMED = 4
# Liberation has Arial's measures: the words fit whichever of the two is there.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT, LINE, FILL = "#1f2933", "#4a5560", "#d5dae0", "#1f5fa8"
_one_at_a_time = Lock()


def picture_of(figure: Figure | BarChart) -> str:
    """The figure's chart as SVG, on white."""
    key = f"chart-{LOOK}-{figure.fingerprint}"
    kept = cache.get(key)
    if kept is None:
        with _one_at_a_time:
            kept = cache.get(key) or _draw(figure)
            cache.set(key, kept, KEPT_SECONDS)
    return kept


def _draw(figure: Figure | BarChart) -> str:
    import vl_convert

    chart = _months(figure) if figure.by_month else _bars(figure.bars)
    spec = chart.configure(font=FONT, background="white", padding=8, **_STYLE).to_dict()
    in_french = (get_language() or "fr").startswith("fr")
    return vl_convert.vegalite_to_svg(spec, format_locale="fr-CA" if in_french else "en-CA")


_STYLE = {
    "view": {"stroke": None},
    "text": {"fontSize": 13, "color": INK, "fill": INK},
    "axis": {
        "labelFontSize": 12,
        "labelColor": SOFT,
        "gridColor": LINE,
        "domainColor": SOFT,
        "tickColor": SOFT,
    },
    "title": {"fontSize": 13, "color": INK, "anchor": "start", "fontWeight": "bold", "offset": 8},
}


def _bars(bars: tuple[Bar, ...]) -> altair.LayerChart:
    """A bar a row: its label above, its words at its end. Colour says nothing that words do not."""
    import altair as alt

    values = [
        {
            "row": row,
            "label": bar.label,
            "count": bar.number,
            "whole": bar.whole,
            "end": max(bar.number, bar.whole or 0),
            "words": bar.words,
        }
        for row, bar in enumerate(bars)
    ]
    most = max(value["end"] for value in values)
    across = alt.Scale(domain=[0, most or 1], range=[0, LONGEST_BAR])
    rows = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0)),
        x=alt.X("count:Q", axis=None, scale=across),
    )
    layers = [rows.mark_bar(size=14, yOffset=8, color=FILL, cornerRadiusEnd=2)]
    if any(bar.whole is not None for bar in bars):
        behind = rows.encode(x=alt.X("whole:Q", axis=None, scale=across))
        layers.insert(0, behind.mark_bar(size=14, yOffset=8, color=LINE, cornerRadiusEnd=2))
    labels = rows.mark_text(align="left", baseline="middle", dy=-9, limit=WIDTH).encode(text="label:N", x=alt.value(0))
    words = rows.mark_text(align="left", baseline="middle", dx=6, dy=8).encode(
        text="words:N", x=alt.X("end:Q", axis=None, scale=across)
    )
    return alt.layer(*layers, labels, words).properties(width=WIDTH, height=alt.Step(BAR_STEP))


def _months(figure: Figure) -> altair.VConcatChart:
    """A panel a column, under one another, on the same months: none has to be told from another by its colour."""
    import altair as alt

    panels = [_panel(figure, column) for column in range(1, len(figure.headings))]
    return alt.vconcat(*panels, spacing=18)


def _panel(figure: Figure, column: int) -> altair.Chart:
    import altair as alt

    labels = [row.label for row in figure.rows]
    numbers = [row.numbers[column - 1] for row in figure.rows]
    values = [{"month": label, "count": number} for label, number in zip(labels, numbers, strict=True)]
    named = labels[:: max(1, len(labels) // MONTHS_NAMED)]
    most = max((number for number in numbers if number is not None), default=0)
    return (
        alt.Chart(alt.Data(values=values), title=figure.headings[column])
        .mark_bar(color=FILL)
        .encode(
            x=alt.X("month:O", sort=None, title=None, axis=alt.Axis(values=named, labelAngle=0, grid=False)),
            y=alt.Y(
                "count:Q",
                title=None,
                axis=alt.Axis(tickCount=3, tickMinStep=1, format=",d", minExtent=40, maxExtent=40, domain=False),
                scale=alt.Scale(domain=[0, max(most, 1)], nice=True),
            ),
        )
        .properties(width=WIDTH - 40, height=PANEL_HEIGHT)
    )
