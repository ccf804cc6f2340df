"""How downloads look when a GIS opens them: QGIS's own styles, and SLD for others, in the colours of the maps."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from maps.scenes.palette import HAIRLINE, POLITY, SEQUENTIAL

BREAKS = (0.0, 0.01, 0.1, 0.25, 0.5, 1.0)
"""Ends of the classes by the share of a unit's people that is affected."""
SHARE = 'coalesce("affected" / nullif("population", 0), 0)'
_SLD = "http://www.opengis.net/sld"


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """The style of one layer in both languages."""

    name: str
    qml: str
    sld: str


def outline_style() -> LayerStyle:
    """A polity's boundary: its outline, and nothing inside."""
    symbol = _symbol("0", fill=None, line=POLITY, width_mm=0.66)
    qml = _qml(f'<renderer-v2 type="singleSymbol" symbollevels="0"><symbols>{symbol}</symbols></renderer-v2>')
    return LayerStyle("outline", qml, _sld("boundary", [_rule("Polity", None, POLITY, 2.0)]))


def affected_style() -> LayerStyle:
    """Units by the share of their people that is affected."""
    classes = [*zip(BREAKS, BREAKS[1:], SEQUENTIAL[len(BREAKS) - 1], strict=False)]
    ranges = "".join(
        f'<range symbol="{number}" lower="{low}" upper="{high}" label={quoteattr(_label(low, high))} render="true"/>'
        for number, (low, high, _) in enumerate(classes)
    )
    symbols = "".join(_symbol(str(number), fill=colour) for number, (_, _, colour) in enumerate(classes))
    renderer = (
        f'<renderer-v2 type="graduatedSymbol" attr={quoteattr(SHARE)} graduatedMethod="GraduatedColor">'
        f"<ranges>{ranges}</ranges><symbols>{symbols}</symbols></renderer-v2>"
    )
    rules = [_rule(_label(low, high), colour, HAIRLINE, 0.5, (low, high)) for low, high, colour in classes]
    return LayerStyle("share affected", _qml(renderer), _sld("units", rules))


def _label(low: float, high: float) -> str:
    return f"{100 * low:g}-{100 * high:g} % affected"


def _qml(renderer: str) -> str:
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="3.28.0" styleCategories="Symbology">{renderer}'
        "<layerGeometryType>2</layerGeometryType></qgis>\n"
    )


def _symbol(name: str, *, fill: str | None, line: str = HAIRLINE, width_mm: float = 0.1) -> str:
    options = {
        "color": _rgba(fill or line),
        "style": "solid" if fill else "no",
        "outline_color": _rgba(line),
        "outline_style": "solid",
        "outline_width": f"{width_mm:g}",
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }
    said = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items())
    return (
        f'<symbol type="fill" name="{name}" alpha="1" clip_to_extent="1"><layer class="SimpleFill" enabled="1" '
        f'locked="0" pass="0"><Option type="Map">{said}</Option></layer></symbol>'
    )


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + ",255"


def _sld(layer: str, rules: list[str]) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<StyledLayerDescriptor version="1.0.0" xmlns="{_SLD}" '
        f'xmlns:ogc="http://www.opengis.net/ogc"><NamedLayer><Name>{escape(layer)}</Name><UserStyle>'
        f"<FeatureTypeStyle>{''.join(rules)}</FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>\n"
    )


def _rule(name: str, fill: str | None, line: str, width: float, share: tuple[float, float] | None = None) -> str:
    inside = f'<Fill><CssParameter name="fill">{fill}</CssParameter></Fill>' if fill else ""
    edge = (
        f'<Stroke><CssParameter name="stroke">{line}</CssParameter>'
        f'<CssParameter name="stroke-width">{width:g}</CssParameter></Stroke>'
    )
    where = "" if share is None else _between(*share)
    return f"<Rule><Name>{escape(name)}</Name>{where}<PolygonSymbolizer>{inside}{edge}</PolygonSymbolizer></Rule>"


def _between(low: float, high: float) -> str:
    """Above so many affected of the population, and up to so many; SLD compares products, as nobody may live there."""

    def times(share: float) -> str:
        return f"<ogc:Mul><ogc:PropertyName>population</ogc:PropertyName><ogc:Literal>{share:g}</ogc:Literal></ogc:Mul>"

    affected = "<ogc:PropertyName>affected</ogc:PropertyName>"
    least = "PropertyIsGreaterThanOrEqualTo" if low == 0.0 else "PropertyIsGreaterThan"
    return (
        f"<ogc:Filter><ogc:And><ogc:{least}>{affected}{times(low)}</ogc:{least}>"
        f"<ogc:PropertyIsLessThanOrEqualTo>{affected}{times(high)}</ogc:PropertyIsLessThanOrEqualTo>"
        "</ogc:And></ogc:Filter>"
    )
