"""The only home of QtWidgets, and of every word that the window says."""
