"""PP-OCRv6 text recognition by rapidocr on onnxruntime: the second, independent reader. The models come in the wheel."""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bridge.domain.image import Pixels
from bridge.domain.layout import Reading

# Crops are padded to the widest of their batch, so each goes alone and as wide as it is
# (measured on one core: 28 ms a crop alone, 30 in twos, 42 in the preset batches of six).
_SMALLEST_INPUT = [3, 48, 64]
_BATCH = 1
# A page's values at a time: someone may be waiting for it on an idle machine. On a busy one it costs nothing.
_HANDS = min(2, len(os.sched_getaffinity(0)))


class PaddleValueReader:
    """Implements `ports.ValueReader`. The model is loaded once, at the first crop; it reads with one thread, two crops at a time."""

    name = "ppocr"

    def read_values(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        """Return one reading per grey crop, in order."""
        if not crops:
            return ()
        loaded = self._recognizer  # before two threads ask for it
        by_width = sorted(range(len(crops)), key=lambda index: crops[index].shape[1] / crops[index].shape[0])
        hands = [hand for hand in (by_width[start::_HANDS] for start in range(_HANDS)) if hand]
        with ThreadPoolExecutor(_HANDS) as pool:
            read = pool.map(lambda hand: self._read(loaded, [crops[index] for index in hand]), hands)
        found = {index: reading for hand, readings in zip(hands, read, strict=True) for index, reading in zip(hand, readings, strict=True)}
        return tuple(found[index] for index in range(len(crops)))

    def _read(self, loaded: tuple[Any, Any], crops: Sequence[Pixels]) -> list[Reading]:
        result = _recognized(loaded, crops, with_places=False)
        return [
            Reading(self.name, " ".join(text.split()), float(score) if text.strip() else 0.0)
            for text, score in zip(result.txts, result.scores, strict=True)
        ]

    def recognize(self, crops: Sequence[Pixels], *, with_places: bool = False) -> Any:
        """Return rapidocr's own result for grey crops (at least one); `with_places` tells where in a crop each letter stands."""
        return _recognized(self._recognizer, crops, with_places=with_places)

    @cached_property
    def _recognizer(self) -> tuple[Any, Any]:
        """Load library and model; by name, because importing them takes every process most of a second."""
        library = importlib.import_module("rapidocr.ch_ppocr_rec")
        settings = model_settings("Rec")
        settings.rec_img_shape, settings.rec_batch_num, settings.font_path = _SMALLEST_INPUT, _BATCH, None
        return library, library.TextRecognizer(settings)


def _recognized(loaded: tuple[Any, Any], crops: Sequence[Pixels], *, with_places: bool) -> Any:
    library, recognizer = loaded
    return recognizer(library.TextRecInput(img=[in_colour(crop) for crop in crops], return_word_box=with_places))


def model_settings(part: str) -> Any:
    """Return rapidocr's settings for one of its models (`Rec`, `Det`): from the wheel, on one thread, without chatter."""
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    config = importlib.import_module("rapidocr.utils.parse_parameters").ParseParams.load(settings_file())
    engine, settings = config.EngineConfig.onnxruntime, config[part]
    engine.intra_op_num_threads = engine.inter_op_num_threads = 1
    settings.engine_cfg, settings.model_root_dir = engine, settings_file().parent / "models"
    return settings


def settings_file() -> Path:
    """Return the file in which rapidocr keeps its presets; its models lie beside it."""
    return Path(importlib.import_module("rapidocr").__file__ or "").parent / "config.yaml"


def in_colour(pixels: Pixels) -> Pixels:
    """Return grey pixels in the three channels that the models want."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_GRAY2BGR), np.uint8)
