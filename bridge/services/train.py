"""Teaching the model of document types: from faxes with known truth, or confirmed by people, to weights of character n-grams."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression

from bridge.domain.errors import ConfigurationError, NotFoundError
from bridge.domain.layout import Layout
from bridge.domain.lifecycle import DocumentState
from bridge.domain.model import Document, ReviewOutcome
from bridge.domain.type_model import TypeModel, grams_of
from bridge.ports import Store
from bridge.stages.phrases import page_text

_GRAMS: Final = 2500
_LEAST_DOCUMENTS: Final = 5  # of a type, to learn it from
_RARE: Final = 3  # documents that must share an n-gram: names and places of persons are no sign of a type
_BY_A_PERSON: Final = frozenset({ReviewOutcome.CONFIRMED, ReviewOutcome.CORRECTED})


def texts_of(truth: Mapping[str, Any], layouts: Mapping[int, Layout]) -> Iterator[tuple[str, str]]:
    """Yield (type, folded text) for each document of a fax whose pages were laid out."""
    for document in truth["documents"]:
        text = " ".join(page_text(layouts[page]) for page in document["pages"] if page in layouts)
        if text.strip():
            yield document["type"], text


def confirmed_texts(store: Store, at_most: int) -> Iterator[tuple[str, str]]:
    """Yield (type, folded text) for each sent document that a person confirmed or corrected: nothing that only the machine judged.

    Of each state the newest `at_most` documents are looked at; pages that were put aside have no words.
    """
    for state in (DocumentState.RELEASED, DocumentState.DELIVERED):
        for document in store.documents_in(state, at_most, newest_first=True):
            text = _text_of(store, document) if _is_confirmed(store, document) else ""
            if text.strip():
                yield document.type, text


def _text_of(store: Store, document: Document) -> str:
    texts = []
    for page in document.pages:
        with suppress(NotFoundError):
            texts.append(page_text(store.layout(document.fax_id, page)))
    return " ".join(texts)


def _is_confirmed(store: Store, document: Document) -> bool:
    reviews = [record.body.get("review") for record in store.records(document.id)]
    return any(isinstance(review, dict) and review.get("outcome") in _BY_A_PERSON for review in reviews)


def train(texts: Sequence[tuple[str, str]], today: date) -> TypeModel:
    """Fit a model. Raises ConfigurationError where fewer than two types have enough documents."""
    counts = Counter(kind for kind, _ in texts)
    enough = {kind for kind, count in counts.items() if count >= _LEAST_DOCUMENTS}
    if len(enough) < 2:
        raise ConfigurationError(
            "the folder", "-", f"holds too little to learn from; at least two types with {_LEAST_DOCUMENTS} documents each are needed"
        )
    kinds = [kind for kind, _ in texts if kind in enough]
    vectorizer = TfidfVectorizer(analyzer=lambda text: list(grams_of(text)), sublinear_tf=True, min_df=min(_RARE, len(kinds)))
    table = vectorizer.fit_transform([text for kind, text in texts if kind in enough])
    chosen = np.sort(SelectKBest(chi2, k=min(_GRAMS, table.shape[1])).fit(table, kinds).get_support(indices=True))
    vectorizer = TfidfVectorizer(analyzer=vectorizer.analyzer, sublinear_tf=True, vocabulary=vectorizer.get_feature_names_out()[chosen])
    table = vectorizer.fit_transform([text for kind, text in texts if kind in enough])
    model = LogisticRegression(C=20.0, class_weight="balanced", max_iter=2000).fit(table, kinds)
    weights = model.coef_ if len(model.classes_) > 2 else np.vstack([-model.coef_[0], model.coef_[0]])
    starts = model.intercept_ if len(model.classes_) > 2 else np.array([-model.intercept_[0], model.intercept_[0]])
    grams = {
        str(gram): tuple(round(float(value), 3) for value in (rarity, *column))
        for gram, rarity, column in zip(vectorizer.get_feature_names_out(), vectorizer.idf_, weights.T, strict=True)
    }
    return TypeModel(
        version=f"{today.isoformat()}, {len(kinds)} documents",
        types=tuple(str(kind) for kind in model.classes_),
        intercepts=tuple(round(float(start), 4) for start in starts),
        grams=grams,
    )


def to_json(model: TypeModel) -> str:
    """Return the model as `config/type_model.json` holds it, an n-gram a line."""
    head = {"version": model.version, "types": model.types, "intercepts": model.intercepts}
    grams = ",\n".join(f"{json.dumps(gram)}: {json.dumps(weights)}" for gram, weights in sorted(model.grams.items()))
    return f'{json.dumps(head)[:-1]}, "grams": {{\n{grams}\n}}}}\n'
