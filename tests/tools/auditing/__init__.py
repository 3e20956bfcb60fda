"""The built site, seen by Lighthouse and by the Nu checker."""
