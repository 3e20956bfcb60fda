"""A preview while somebody writes: each save builds the book again, and the browser reloads.

A fault does not end it: the terminal and the page say what is wrong, until it is mended.
"""
