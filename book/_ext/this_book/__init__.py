"""What knows this book's network: its symbols, its figures, its mistakes, its worked example.

The engines beside it (``literate``, ``equations``, ``handwriting``) know no network; another book
brings a package of its own instead of this one.
"""
