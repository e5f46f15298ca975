"""Colours, as WCAG 2.2 measures them."""


def relative_luminance(color: str) -> float:
    """Relative luminance (0 to 1) of a colour written #rrggbb. Source: WCAG 2.2, definition."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """Contrast (1 to 21) of two colours written #rrggbb. Source: WCAG 2.2, definition."""
    low, high = sorted((relative_luminance(first), relative_luminance(second)))
    return (high + 0.05) / (low + 0.05)
