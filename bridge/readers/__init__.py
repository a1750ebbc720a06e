"""OCR engines behind the reader ports."""
