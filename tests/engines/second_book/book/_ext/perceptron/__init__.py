"""What knows the network of the second book."""
