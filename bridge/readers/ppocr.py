"""PP-OCRv6 text recognition by rapidocr on onnxruntime: the second, independent reader. The models come in the wheel."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
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


class PaddleValueReader:
    """Implements `ports.ValueReader`. The model is loaded once, at the first crop, and uses one thread."""

    name = "ppocr"

    def read_values(self, crops: Sequence[Pixels]) -> Sequence[Reading]:
        """Return one reading per grey crop, in order."""
        if not crops:
            return ()
        images = [cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_GRAY2BGR) for crop in crops]
        result = self._recognize(images)
        return tuple(
            Reading(self.name, " ".join(text.split()), float(score) if text.strip() else 0.0)
            for text, score in zip(result.txts, result.scores, strict=True)
        )

    def _recognize(self, images: list[Any]) -> Any:
        library, recognizer = self._recognizer
        return recognizer(library.TextRecInput(img=images))

    @cached_property
    def _recognizer(self) -> tuple[Any, Any]:
        """Load library and model; by name, because importing them takes every process most of a second."""
        library = importlib.import_module("rapidocr.ch_ppocr_rec")
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        folder = Path(importlib.import_module("rapidocr").__file__ or "").parent
        config = importlib.import_module("rapidocr.utils.parse_parameters").ParseParams.load(folder / "config.yaml")
        engine = config.EngineConfig.onnxruntime
        engine.intra_op_num_threads = engine.inter_op_num_threads = 1
        config.Rec.rec_img_shape, config.Rec.rec_batch_num = _SMALLEST_INPUT, _BATCH
        config.Rec.engine_cfg, config.Rec.model_root_dir, config.Rec.font_path = engine, folder / "models", None
        return library, library.TextRecognizer(config.Rec)
