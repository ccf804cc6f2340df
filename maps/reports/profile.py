"""The panel *Who they are*: groups of people among the affected, in the polity, in the best states and everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

from geopolity.polity.profile import Band, Line, Median
from maps.assets import inline_style
from maps.documents import environment
from maps.locale.texts import Texts, noop, texts

EN = texts("en")
MOST_GROUPS = 8
"""Groups that a panel in a report shows."""
_PLACES = {"affected": noop("the affected"), "inside": noop("in the polity"), "everywhere": noop("everywhere")}
_QUALITY = {
    "reliable": noop("reliable"),
    "caution": noop("use with caution"),
    "do not use": noop("do not use"),
    "unknown": noop("sampling error not known"),
}
_environment = environment(inline_style=inline_style)


def profile_html(  # noqa: PLR0913 - one parameter a part of the page
    title: str,
    lines: Sequence[Line],
    medians: Sequence[Median],
    reference: str,
    t: Texts = EN,
    *,
    bands: Sequence[Band] = (),
) -> str:
    """Write the panel as one page that needs nothing else."""
    return _environment.get_template("reports/profile.jinja").render(
        t=t,
        title=title,
        headline=headline(lines, t),
        reference=place_words("", reference, t),
        groups=profile_rows(lines, t),
        medians=[_median(one, t) for one in medians],
        bands=band_rows(bands, t),
        notes=notes(lines, t),
    )


def profile_rows(lines: Sequence[Line], t: Texts) -> list[tuple[str, list[dict[str, str]]]]:
    """Rows of each group: ``place, people, share, range, ratio, ratio_range, sampling, placing, quality`` as text."""
    return [(group, [_row(line, t) for line in own]) for group, own in _grouped(lines)]


def band_rows(bands: Sequence[Band], t: Texts) -> list[dict[str, str]]:
    """Rows of bands of distance: ``place, people, affected`` as text."""
    return [
        {"place": band_words(one.name, t), "people": t.whole(people), "affected": t.whole(affected)}
        for one, people, affected in counts_of(bands)
    ]


def _grouped(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    names = dict.fromkeys(line.group for line in lines)
    return [(name, [line for line in lines if line.group == name]) for name in names]


def place_words(name: str, kind: str, t: Texts) -> str:
    """A place as people say it."""
    if kind == "band":
        return band_words(name, t)
    return t(_PLACES[kind]) if kind in _PLACES else name or t("the best state")


def band_words(name: str, t: Texts) -> str:
    """A band of distance as people say it."""
    low, dash, high = name.partition("-")
    if not dash:
        return t("where the issue starts")
    low, high = (t.fixed(float(end), len(end.partition(".")[2])) if end else "" for end in (low, high))
    return t("{low}–{high} km away", low=low, high=high) if high else t("farther than {low} km", low=low)


def counts_of(bands: Sequence[Band]) -> list[tuple[Band, int, int]]:
    """People and affected of each band in whole numbers that add up to the whole."""
    people, affected = (_adding_up([getattr(one, name) for one in bands]) for name in ("people", "affected"))
    return list(zip(bands, people, affected, strict=True))


def _adding_up(amounts: Sequence[float]) -> list[int]:
    ends = [0, *(round(end) for end in accumulate(amounts))]
    return [high - low for low, high in pairwise(ends)]


def quality_words(quality: str, t: Texts) -> str:
    """How far a share may be used."""
    return t(_QUALITY[quality])


def panel_words(lines: Sequence[Line], reference: str, t: Texts, *, bands: Sequence[Band] = ()) -> list[str]:
    """The panel of a polity's report and page: each group among the affected, in a sentence with its range."""
    said = [_group_words(line, place_words("", reference, t), t) for line in lines if line.kind == "affected"]
    shown = [sentence for sentence in said if sentence][:MOST_GROUPS]
    return [*shown, *by_distance(lines, bands, t), *notes(lines, t)[:1]] if shown else []


def by_distance(lines: Sequence[Line], bands: Sequence[Band], t: Texts) -> list[str]:
    """Who lives how far from where the issue starts, and each group's share there."""
    if not bands:
        return []
    held = [
        t(
            "{place}: {people} people, {affected} of them affected",
            place=band_words(one.name, t),
            people=t.people(one.people),
            affected=t.people(one.affected),
        )
        for one in bands
    ]
    each = [line for line in lines if line.kind == "band" and math.isfinite(line.share)]
    said = [
        t(
            "Who lives how far from the points, lines or areas that the issue starts from. {bands}.",
            bands="; ".join(held),
        )
    ]
    return [*said, *(_group_by_distance(name, own, t) for name, own in _grouped(each)[:MOST_GROUPS])]


def _group_by_distance(group: str, lines: Sequence[Line], t: Texts) -> str:
    shares = [
        t(
            "{place} {share} ({range})",
            place=band_words(line.place, t),
            share=t.percent(line.share),
            range=f"{t.percent(line.low)}–{t.percent(line.high)}",
        )
        for line in lines
    ]
    return t("{group} by distance: {bands}.", group=group, bands="; ".join(shares))


def _group_words(line: Line, reference: str, t: Texts) -> str:
    if not math.isfinite(line.share):
        return ""
    values = {
        "group": line.group,
        "share": t.percent(line.share),
        "range": f"{t.percent(line.low)}–{t.percent(line.high)}",
        "quality": quality_words(line.quality, t),
    }
    if not math.isfinite(line.ratio):
        return t("{group}: {share} of the affected ({range}; {quality}).", **values)
    return t(
        "{group}: {share} of the affected ({range}; {quality}), {times} times the share {reference}.",
        **values,
        times=t.fixed(line.ratio, 2),
        reference=reference,
    )


def headline(lines: Sequence[Line], t: Texts) -> str:
    """The group whose share among the affected is farthest from the reference, if any is for sure."""
    sure = [line for line in lines if line.kind == "affected" and not line.ratio_low <= 1 <= line.ratio_high]
    sure = [line for line in sure if math.isfinite(line.ratio)]
    if not sure:
        return t("No group's share among the affected is surely another than the reference's.")
    most = max(sure, key=lambda line: abs(math.log(line.ratio)))
    return t(
        "{group}: {share} of the affected, {times} times the reference ({low} to {high})",
        group=most.group,
        share=t.percent(most.share),
        times=t.fixed(most.ratio, 2),
        low=t.fixed(most.ratio_low, 2),
        high=t.fixed(most.ratio_high, 2),
    )


def notes(lines: Sequence[Line], t: Texts) -> list[str]:
    """How the figures were made, and who is left out of them."""
    left_out = max((line.left_out for line in lines if line.kind == "affected"), default=0.0)
    said = [
        t(
            "In a unit that is affected in part, its people are taken as affected like the unit's others. Ranges hold "
            "nine times in ten; sampling error (Census Bureau formulas) and the error of where in their unit people "
            "live are told apart and counted together."
        ),
        t(
            "A ratio is not shown where its range covers everything. Reliable: a coefficient of variation up to 12 %; "
            "with caution: up to 40 %."
        ),
    ]
    if any(line.kind == "band" for line in lines):
        said.append(
            t(
                "Distances are on the ground, from the points, lines or areas that the footprint is drawn around. "
                "Units are cut, their people taken as spread evenly; the bands of a unit sum to all of it."
            )
        )
    if any(line.quality == "unknown" for line in lines):
        said.append(
            t(
                "Where the sampling error is not known, a range holds the error of where people live alone, and is "
                "narrower than the truth."
            )
        )
    if left_out >= 0.5:
        people = t.people(left_out)
        said.append(
            t("{people} of the affected live in units where a figure is not known, and are left out.", people=people)
        )
    return said


def _row(line: Line, t: Texts) -> dict[str, str]:
    ratio_range = f"{t.fixed(line.ratio_low, 2)}–{t.fixed(line.ratio_high, 2)}"
    return {
        "place": place_words(line.place, line.kind, t),
        "people": t.people(line.people),
        "share": t.percent(line.share) if math.isfinite(line.share) else "–",
        "range": f"{t.percent(line.low)}–{t.percent(line.high)}" if math.isfinite(line.share) else "",
        "sampling": f"±{t.percent(line.sampling)}" if math.isfinite(line.sampling) else "–",
        "placing": f"±{t.percent(line.placing)}" if math.isfinite(line.placing) else "–",
        "ratio": t.fixed(line.ratio, 2) if math.isfinite(line.ratio) else "–",
        "ratio_range": ratio_range if math.isfinite(line.ratio) else "",
        "quality": quality_words(line.quality, t),
    }


def _median(one: Median, t: Texts) -> dict[str, str]:
    return {
        "name": one.name,
        "place": place_words(one.place, one.kind, t),
        "value": t.rounded(one.value) if math.isfinite(one.value) else "–",
        "range": f"{t.rounded(one.low)}–{t.rounded(one.high)}" if math.isfinite(one.low + one.high) else "",
    }
