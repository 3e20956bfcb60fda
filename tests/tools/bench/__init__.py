"""The benchmark: what one training step costs, here and in the libraries that people use."""
