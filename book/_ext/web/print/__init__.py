"""The print edition: the pages of the built site as one document, printed by Chromium.

The paper shows the same formulas, numbers and plots as the site. ``assembling`` makes one HTML
document of the pages, ``printing`` prints it and fills in the page numbers that the print gave,
until they no longer change, ``packing`` writes the result in fewer bytes.
"""
