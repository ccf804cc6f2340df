"""Names of places in the script of their country, picked from GeoNames' alternate names, which carry no language.

Where several names are in the script (Moscow in Russian, Ukrainian, Tajik, with old names between them), the one most
like all the others is taken; where that says nothing, a short one that reads like the country's other names: pairs of
letters, counted over the places that have one such name only.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise
from math import log

import pandas as pd

SCRIPTS = {
    "ARABIC": "ar fa ur ps ckb ug sd",
    "CYRILLIC": "ru uk bg be mk sr kk ky mn tg",
    "GREEK": "el",
    "HEBREW": "he",
    "CJK": "zh cmn yue",
    "JAPANESE": "ja",
    "HANGUL": "ko",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "DEVANAGARI": "hi ne",
    "BENGALI": "bn",
    "SINHALA": "si",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am ti",
    "TIBETAN": "dz",
    "THAANA": "dv",
}
FIRST_LANGUAGE = {
    "IN": "hi",
    "ME": "",
    "BA": "",
    "ER": "ti",
    "SG": "",
    "DJ": "",
    "TD": "",
    "KM": "",
    "MR": "ar",
    "AF": "fa",
}
"""Countries whose first listed language does not say what is written on signs."""
KNOWN = {
    524901: "Москва",
    498817: "Санкт-Петербург",
    703448: "Київ",
    611717: "თბილისი",
    616052: "Երևան",
    1835848: "서울",
    379252: "الخرطوم",
}
"""Large cities whose present name the rule misses."""
JAPANESE = ("CJK", "HIRAGANA", "KATAKANA")


def native_names(places: pd.DataFrame, alternates: pd.DataFrame, languages: pd.Series) -> pd.Series:
    """Name of each place in its country's script, empty where there is none or the script is Latin."""
    script = places.set_index("id")["country"].map(_scripts(languages)).dropna()
    rows = alternates[alternates["id"].isin(script.index)]
    rows = rows.assign(script=rows["id"].map(script), country=rows["id"].map(places.set_index("id")["country"]))
    rows = rows[[_is_written_in(name, wanted) for name, wanted in zip(rows["name"], rows["script"], strict=True)]]
    chosen = pd.concat([_likeliest(group) for _, group in rows.groupby("country")])
    chosen.update(pd.Series(KNOWN))
    return places["id"].map(chosen).fillna("")


def _scripts(languages: pd.Series) -> dict[str, str]:
    of_language = {language: script for script, names in SCRIPTS.items() for language in names.split()}
    first = languages.fillna("").str.split(",").str[0].str.split("-").str[0]
    first.update(pd.Series(FIRST_LANGUAGE))
    return {str(country): of_language[language] for country, language in first.items() if language in of_language}


def _is_written_in(name: str, script: str) -> bool:
    letters = [unicodedata.name(letter, "") for letter in name if unicodedata.category(letter)[0] == "L"]
    allowed = JAPANESE if script == "JAPANESE" else (script,)
    return bool(letters) and all(letter.startswith(allowed) for letter in letters)


def _likeliest(rows: pd.DataFrame) -> pd.Series:
    """By id, the name that is most like the others of its place and of its country; ideographs before syllables."""
    alone = rows[rows.groupby("id")["id"].transform("size") == 1]
    counted = Counter(pair for name in alone["name"] for pair in pairwise(f"^{name}$"))
    first = Counter(letter for name in alone["name"] for letter in f"^{name}")

    def plausible(name: str) -> float:
        pairs = list(pairwise(f"^{name}$"))
        return sum(log((counted[pair] + 0.1) / (first[pair[0]] + 10.0)) for pair in pairs) / len(pairs)

    alike = rows.groupby("id")["name"].transform(_likeness)
    score = alike + 0.05 * rows["name"].map(plausible) - 0.01 * rows["name"].str.len()
    syllables = rows["name"].map(lambda name: any("ぁ" <= letter <= "ヿ" for letter in name))
    ranked = rows.assign(score=score, syllables=syllables)
    ranked = ranked.sort_values(["id", "syllables", "score"], ascending=[True, True, False])
    return ranked.drop_duplicates("id").set_index("id")["name"]


def _likeness(names: pd.Series) -> list[float]:
    """How like each name is to the others, on average."""
    words = names.tolist()
    if len(words) < 3:
        return [0.0] * len(words)
    return [sum(SequenceMatcher(None, one, other).ratio() for other in words) / len(words) for one in words]
