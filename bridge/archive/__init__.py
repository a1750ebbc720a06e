"""Faxes as files that can be searched and kept for decades: PDF/A, made of the picture and of what was read already."""
