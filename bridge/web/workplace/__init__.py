"""The workplace in the browser: pages for people, over the same use cases as the interface for programs."""
