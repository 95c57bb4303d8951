"""Pages of the mail and letter texts: both languages side by side, a preview, versions from a day on, undo."""
