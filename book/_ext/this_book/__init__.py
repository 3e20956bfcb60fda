"""The parts that know this book's network: symbols, figures, mistakes, the worked example.

Colours mean one thing all through the book, in its plots and on its notes: blue is time and
``W_aa``, red the loss and ``W_ya``, green the inputs and the slope of tanh, violet ``delta``. On a
note states are filled with blue crayon.

The engines beside it (``literate``, ``equations``, ``handwriting``) know no network; another book
brings a package of its own instead of this one.
"""
