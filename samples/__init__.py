"""Draws German forms as faxes with the truth beside them; every person and office in them is invented."""
