"""The package that knows the network of the second book."""
